import Cluster
import Monitor
import RecordFormats

/// Writing a record by hand: a new one, or one that is there already sent again, changed or not.
extension ConsoleState {
    /// Opens the form: from the inspector with the record shown there, elsewhere empty.
    mutating func openProduceForm() -> [Effect] {
        guard let name = selectedTopic, let it = topic(name) else { return [] }
        let count = Int32(clamping: it.description.partitions.count)
        let original = isInspecting ? tail?.selected : nil
        if let record = original?.record, (record.value?.count ?? 0) < record.valueSize {
            say(
                "only the first \(record.value?.count ?? 0) bytes of this value are held; it cannot be sent again from here",
                .warn)
            return []
        }
        var draft = ProduceDraft(
            topic: name, partitions: count, anyPartition: Int32(clamping: nextTicket()) % max(1, count),
            original: original)
        let headers = original.flatMap { HeaderLine.text($0.record.headers) }
        draft.headersShown = headers ?? "(bytes)"
        let (key, keyKinds) = Self.editable(original?.record.key, isKey: true, isNew: original == nil)
        let (value, valueKinds) = Self.editable(original?.record.value, isKey: false, isNew: original == nil)
        var form = Form(
            .produce(draft),
            title: original.map { "send \($0.place) @ \($0.record.offset) again" } ?? "produce to \(name)",
            verb: "produce",
            fields: [
                Form.Field("key", "key", text: key, hint: "no text"),
                Form.Field("key-kind", "key is", .choice(keyKinds), text: keyKinds[0]),
                Form.Field("value", "value", text: value, hint: "no text"),
                Form.Field("value-kind", "value is", .choice(valueKinds), text: valueKinds[0]),
                Form.Field(
                    "headers", "headers", text: original == nil ? "" : draft.headersShown,
                    hint: "source=web, trace-id=1"),
                Form.Field(
                    "partition", "partition", text: "",
                    hint: "by the key's hash; or a number up to \(max(0, count - 1))"),
            ])
        form.preview = producePreview(form, draft)
        dialog = .form(form)
        return []
    }

    /// Bytes as a text that can be edited, and what they may be; bytes that are no line of text stay as they are.
    private static func editable(_ bytes: [UInt8]?, isKey: Bool, isNew: Bool) -> (text: String, kinds: [String]) {
        let null = isKey ? ProduceDraft.none : ProduceDraft.tombstone
        guard let bytes else { return ("", isNew ? [ProduceDraft.text, null] : [null, ProduceDraft.text]) }
        let line = String(validating: bytes, as: UTF8.self)
        guard let line, line.unicodeScalars.count <= Prompt.maxLength,
            line.unicodeScalars.allSatisfy({ SafeScalar.shown($0) == $0 })
        else { return ("", [ProduceDraft.asItWas, ProduceDraft.text, null]) }
        return (line, [ProduceDraft.text, null])
    }

    /// Shows what would be written.
    mutating func produceFormChanged(_ open: Form, _ draft: ProduceDraft) -> [Effect] {
        var form = open
        form.preview = producePreview(form, draft)
        dialog = .form(form)
        return []
    }

    private func producePreview(_ form: Form, _ draft: ProduceDraft) -> [String] {
        do throws(FormProblem) {
            let (record, place, reason) = try newRecord(form, draft)
            let key = record.key.map { "key \(Self.bytes($0.count))" } ?? "no key"
            let value = record.value.map { bytes in
                "value \(Self.bytes(bytes.count))" + (JSONText(bytes)?.isContainer == true ? ", JSON" : "")
            }
            let headers = record.headers.count == 1 ? "1 header" : "\(record.headers.count) headers"
            return ["to \(place), \(reason)", "\(key); \(value ?? "a tombstone"); \(headers)"]
        } catch {
            return ["▲ \(error.reason)"]
        }
    }

    private static func bytes(_ count: Int) -> String {
        count == 1 ? "1 byte" : "\(Figures.grouped(Int64(count))) bytes"
    }

    /// The record that the form describes, where it goes and why there.
    private func newRecord(
        _ form: Form, _ draft: ProduceDraft
    ) throws(FormProblem) -> (record: NewRecord, place: TopicPartition, reason: String) {
        func bytes(_ field: String, _ original: [UInt8]?) -> [UInt8]? {
            // Blanks at the ends belong to the text.
            let typed = form.fields.first { $0.id == field }?.text ?? ""
            switch form["\(field)-kind"] {
            case ProduceDraft.asItWas: return original
            case ProduceDraft.text:
                // A key that was not typed is none; an empty value is an empty value.
                return field == "key" && typed.isEmpty && original?.isEmpty != true ? nil : Array(typed.utf8)
            default: return nil
            }
        }
        let key = bytes("key", draft.original?.record.key)
        var record = NewRecord(key: key, value: bytes("value", draft.original?.record.value))
        if let original = draft.original, form["headers"] == draft.headersShown.trimmingBlanks {
            record.headers = original.record.headers
        } else {
            guard let headers = HeaderLine.headers(form["headers"]) else {
                throw FormProblem(reason: "headers are written as source=web, trace-id=1")
            }
            record.headers = headers
        }
        guard !form["partition"].isEmpty else {
            guard let key else {
                let place = TopicPartition(topic: draft.topic, partition: draft.anyPartition)
                return (record, place, "by turns, since it has no key")
            }
            let number = KeyPartitioner.partition(of: key, partitions: draft.partitions)
            return (record, TopicPartition(topic: draft.topic, partition: number), "by the key's hash")
        }
        guard let number = Int32(form["partition"]), (0..<max(1, draft.partitions)).contains(number) else {
            throw FormProblem(reason: "partition: a number from 0 to \(max(0, draft.partitions - 1))")
        }
        return (record, TopicPartition(topic: draft.topic, partition: number), "as said")
    }

    /// Writes the record once it is confirmed: what was shown and accepted; one that is sent again takes the typed name.
    mutating func produce(_ form: Form, _ draft: ProduceDraft) -> [Effect] {
        do throws(FormProblem) {
            let (record, place, _) = try newRecord(form, draft)
            dialog = nil
            let isAgain = draft.original != nil
            return confirm(
                Deed(
                    draft.topic, words: isAgain ? "send the record to it again" : "write a record to it",
                    isAgain ? .destructive : .previewed, effects: [.produce(record, to: place)]))
        } catch {
            return refuse(form, error.reason)
        }
    }
}
