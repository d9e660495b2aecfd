import AlertDelivery
import AlertRules
import Authentication
import ClientTLS
import Cluster

/// What the configuration says of who is told of alerts.
///
/// ```yaml
/// notify:
///   group-by: [alertname]       # alerts of one message; [...] for each alert alone
///   group-wait: 30s             # before the first message of a group
///   group-interval: 5m          # before what changed in it is told
///   repeat-interval: 4h         # before the same is told again
///   labels: { site: berlin }    # added to every alert; cluster: is added where it is missing
///   receivers:
///     desk: { terminal: bell }                     # bell, message (OSC 9) or both
///     pager: { command: [/usr/local/bin/page, --urgent], time-limit: 20s }
///     ops: { webhook: { environment: OPS_HOOK }, send-resolved: false }
///     central: { alertmanager: "https://alerts.example", token: { file: /etc/weir/token }, tls: { authorities: ca.pem } }
/// ```
struct NotifyEntries {
    /// Who is told, by name.
    var receivers: [Receiver] = []
    /// Labels that every alert gets.
    var labels: [String: String] = [:]

    /// Nobody is told.
    init() {}

    private static let longest: Int64 = 365 * 86_400_000

    /// Reads what stands below `notify`.
    ///
    /// - Throws: `ConfigurationError`.
    init(_ mapping: ConfigurationMapping, _ reader: inout ConfigurationReader) throws {
        var mapping = mapping
        let policy = try Self.policy(&mapping, GroupingPolicy())
        labels = try mapping.textsByName("labels")
        if let wrong = labels.keys.sorted().first(where: { !LabelSet.isLabelName($0) }) {
            throw mapping.error("labels: \"\(wrong)\" is no label name; write letters, digits and _", at: "labels")
        }
        guard var entries = try mapping.mapping("receivers") else {
            throw mapping.error("says no receivers; write for example receivers: { desk: { terminal: bell } }")
        }
        for (name, entry) in try entries.mappings() {
            receivers.append(try Self.receiver(name, entry, policy, &reader))
        }
        guard !receivers.isEmpty else { throw mapping.error("says no receivers", at: "receivers") }
        reader.warn(mapping)
    }

    private static func policy(
        _ mapping: inout ConfigurationMapping, _ defaults: GroupingPolicy
    ) throws -> GroupingPolicy {
        var policy = defaults
        let names = try mapping.texts("group-by", orNone: true)
        if names == ["..."] {
            policy.groupBy = nil
        } else if mapping.has("group-by") {
            if let wrong = names.first(where: { !LabelSet.isLabelName($0) }) {
                throw mapping.error(
                    "group-by: \"\(wrong)\" is no label name; write label names, or [...] for each alert alone",
                    at: "group-by")
            }
            policy.groupBy = names
        }
        policy.groupWait = try mapping.duration("group-wait", 0...longest) ?? policy.groupWait
        policy.groupInterval = try mapping.duration("group-interval", 1000...longest) ?? policy.groupInterval
        policy.repeatInterval = try mapping.duration("repeat-interval", 1000...longest) ?? policy.repeatInterval
        policy.sendsResolved = try mapping.flag("send-resolved") ?? policy.sendsResolved
        return policy
    }

    // MARK: Receivers

    private static let kinds = ["alertmanager", "command", "terminal", "webhook"]

    private static func receiver(
        _ name: String, _ entry: ConfigurationMapping, _ defaults: GroupingPolicy, _ reader: inout ConfigurationReader
    ) throws -> Receiver {
        var entry = entry
        let present = kinds.filter(entry.has)
        guard present.count == 1, let kind = present.first else {
            let hint = entry.nearest(to: kinds).map { "; did you mean \"\($0)\"?" } ?? ""
            throw entry.error(
                present.isEmpty
                    ? "says no way to be told; write one of \(kinds.joined(separator: ", "))\(hint)"
                    : "\(present.joined(separator: " and ")) are ways of two receivers; write one of them")
        }
        let way: Receiver.Way
        switch kind {
        case "terminal": way = .terminal(try signal(&entry))
        case "command": way = .command(try command(&entry))
        case "webhook": way = .webhook(try target(kind, &entry, &reader))
        default: way = .alertmanager(try target(kind, &entry, &reader))
        }
        // An Alertmanager groups and repeats by its own rules: the keys are unknown there.
        let policy = kind == "alertmanager" ? defaults : try policy(&entry, defaults)
        reader.warn(entry)
        return Receiver(name: name, way: way, policy: policy)
    }

    private static func signal(_ entry: inout ConfigurationMapping) throws -> TerminalSignal {
        var signal = TerminalSignal()
        let word = try entry.text("terminal") ?? ""
        switch word {
        case "bell": break
        case "message": (signal.rings, signal.showsMessage) = (false, true)
        case "both": signal.showsMessage = true
        default: throw entry.error("terminal must be bell, message or both, not \"\(word)\"", at: "terminal")
        }
        return signal
    }

    private static func command(_ entry: inout ConfigurationMapping) throws -> CommandTarget {
        var target = CommandTarget(arguments: try entry.texts("command", orNone: false))
        target.timeLimit = try entry.duration("time-limit", 100...3_600_000) ?? target.timeLimit
        return target
    }

    private static func target(
        _ kind: String, _ entry: inout ConfigurationMapping, _ reader: inout ConfigurationReader
    ) throws -> HTTPTarget {
        var target: HTTPTarget
        if entry.isText(kind) {
            let text = try entry.text(kind) ?? ""
            guard let address = HTTPAddress(text) else {
                throw entry.error(
                    "\(kind) is \"\(text)\"; write an address as https://host/path, without a user in it", at: kind)
            }
            target = HTTPTarget(.open(address))
        } else {
            // The address of a webhook often is a secret itself.
            guard let secret = try entry.secret(kind, &reader) else { throw entry.error("\(kind) is empty", at: kind) }
            target = HTTPTarget(.secret(secret))
        }
        let token = try entry.secret("token", &reader)
        let user = try entry.text("username")
        let password = try entry.secret("password", &reader)
        switch (token, user, password) {
        case (nil, nil, nil): break
        case (let token?, nil, nil): target.credentials = .token(token)
        case (nil, let user?, let password?): target.credentials = .basic(user: user, password: password)
        default: throw entry.error("needs either token, or username and password")
        }
        if let tls = try entry.mapping("tls") { target.tls = try TLSSettings(tls, &reader) }
        target.timeLimit = try entry.duration("time-limit", 100...600_000) ?? target.timeLimit
        return target
    }
}
