import Cluster
import Monitor

/// Changing topics from the keyboard.
extension ConsoleState {
    /// Asks how many partitions the selected topic shall have.
    mutating func beginAddingPartitions() -> [Effect] {
        guard let name = selectedTopic, let it = topic(name) else { return [] }
        let count = it.description.partitions.count
        dialog = .form(
            Form(
                .addPartitions(topic: name, now: count), title: "partitions of \(name)", verb: "add",
                lead: [
                    "\(name) has \(count). Partitions can be added, never taken away; keys that hash to",
                    "another partition from then on are no longer in order with their past.",
                ],
                fields: [Form.Field("total", "partitions in all", hint: "\(count + 1) or more", isRequired: true)]))
        return []
    }

    /// Adds partitions as the form says.
    mutating func addPartitions(_ form: Form, to topic: String, now: Int) -> [Effect] {
        guard let total = Int32(form["total"]), total > now else {
            return refuse(form, "a whole number above \(now) is needed")
        }
        dialog = nil
        return confirm(
            Deed(
                topic, words: "give it \(total) partitions", .previewed,
                effects: [.act(.addPartitions(topic: topic, total: total))]))
    }
}
