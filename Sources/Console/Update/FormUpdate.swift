import Cluster

/// What a form is for; submitting it is dispatched by this.
package enum FormPurpose: Equatable, Sendable {
    /// More partitions for a topic that has so many.
    case addPartitions(topic: String, now: Int)
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
        case .addPartitions: return []
        case .search: return searchFormChanged(form)
        case .produce(let draft): return produceFormChanged(form, draft)
        }
    }

    /// A form whose required fields are filled in.
    private mutating func submit(_ form: Form) -> [Effect] {
        switch form.purpose {
        case .addPartitions(let topic, let count): return addPartitions(form, to: topic, now: count)
        case .search: return beginSearch(form)
        case .produce(let draft): return produce(form, draft)
        }
    }
}
