package import Cluster

/// What a form is for; submitting it is dispatched by this.
package enum FormPurpose: Equatable, Sendable {
    /// More partitions for a topic that has so many.
    case addPartitions(topic: String, now: Int)
    case newTopic
    /// Records before a place in a topic's logs are to go.
    case purge(topic: String)
    /// Another value for one setting.
    case edit(ConfigResource, key: String)
    /// What to search, where and from when to when.
    case search
    /// A record to be written.
    case produce(ProduceDraft)
}

extension ConsoleState {
    /// A key while a form is open.
    mutating func formKey(_ key: Key, _ open: Form) -> [Effect] {
        var form = open
        switch key {
        case .escape:
            dialog = nil
            return []
        case .enter:
            if let missing = form.missing {
                form.problem = "\(missing.label) is needed"
                form.cursor = form.fields.firstIndex(of: missing) ?? form.cursor
                dialog = .form(form)
                return []
            }
            return submit(form)
        default:
            let changed = form.take(key)
            dialog = .form(form)
            return changed ? formChanged(form) : []
        }
    }

    /// Keeps a form open that was not taken, with what is wrong.
    mutating func refuse(_ form: Form, _ problem: String) -> [Effect] {
        var form = form
        form.problem = problem
        dialog = .form(form)
        return []
    }

    /// What filling in asks for: a fresh preview, for those that have one.
    mutating func formChanged(_ form: Form) -> [Effect] {
        switch form.purpose {
        case .addPartitions, .newTopic, .edit: return []
        case .purge: return purgeFormChanged(form)
        case .search: return searchFormChanged(form)
        case .produce(let draft): return produceFormChanged(form, draft)
        }
    }

    /// A form whose required fields are filled in.
    private mutating func submit(_ form: Form) -> [Effect] {
        switch form.purpose {
        case .addPartitions(let topic, let count): return addPartitions(form, to: topic, now: count)
        case .newTopic: return submitNewTopic(form)
        case .purge(let topic): return submitPurge(form, topic: topic)
        case .edit(let resource, let key): return submitEdit(form, of: resource, key: key)
        case .search: return beginSearch(form)
        case .produce(let draft): return produce(form, draft)
        }
    }
}
