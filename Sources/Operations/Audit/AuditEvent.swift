import Foundation

/// One entry of the audit log: what somebody was about to do to a cluster, or what came of it.
///
/// Every act leaves two: the intent, durable before anything is done, and the outcome. An intent without an outcome is an act of which
/// nobody knows how it ended. As a record it is a JSON object on one line with sorted keys:
///
/// ```json
/// {"act":"alter-configuration","after":{"retention.ms":"3600000"},"at":"2026-11-21T14:02:31.685Z","before":{"retention.ms":"604800000"},
///  "by":"console","cluster":"4L6g3nShT-eMCtK--X86sw","id":"…","phase":"intent","subject":"topic orders","version":1,"what":"…","who":"ops@host"}
/// ```
package struct AuditEvent: Sendable, Equatable {
    /// Where an act stands.
    package enum Phase: String, Sendable, Codable, CaseIterable {
        /// It is about to be done.
        case intent
        /// It was done.
        case done
        /// It was refused or failed; `problem` says why.
        case failed
    }

    /// The act; intent and outcome have the same.
    package var id: String
    /// Where the act stands.
    package var phase: Phase
    /// When, wall milliseconds; written as RFC 3339 in UTC.
    package var at: Int64
    /// Who did it.
    package var actor: AuditActor
    /// The cluster's id.
    package var cluster: String
    /// What is done, a word of ``AuditAct``'s list.
    package var act: String
    /// What it is done to: a topic, partition or group.
    package var subject: String
    /// The act in a sentence.
    package var what: String
    /// The values that were there before, by name.
    package var before: [String: String]
    /// The values wanted, or in an outcome those that are there now.
    package var after: [String: String]
    /// Why it was not done, or what the record lacks; nil where there is nothing to say.
    package var problem: String?

    /// The largest line of an event, bytes.
    package static let maxBytes = 1 << 20

    /// An entry.
    package init(
        id: String, phase: Phase, at: Int64, actor: AuditActor, cluster: String, act: String, subject: String,
        what: String, before: [String: String] = [:], after: [String: String] = [:], problem: String? = nil
    ) {
        (self.id, self.phase, self.at, self.actor, self.cluster) = (id, phase, at, actor, cluster)
        (self.act, self.subject, self.what) = (act, subject, what)
        (self.before, self.after, self.problem) = (before, after, problem)
    }
}

/// Who acts: a person on a machine, through a program.
package struct AuditActor: Sendable, Equatable {
    /// `user@host`.
    package var who: String
    /// `console`, or the verb: `weir topics delete`.
    package var program: String

    /// Somebody.
    package init(who: String, program: String) {
        self.who = who
        self.program = program
    }

    /// The user and the machine of this process, as the system tells them.
    package static func ofProcess(_ program: String) -> AuditActor {
        let user = ProcessInfo.processInfo.userName
        return AuditActor(who: "\(user.isEmpty ? "uid-\(getuid())" : user)@\(host())", program: program)
    }

    private static func host() -> String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "unknown" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

extension AuditEvent: Codable {
    private enum CodingKeys: String, CodingKey {
        case version, id, phase, at, who, by, cluster, act, subject, what, before, after, problem
    }

    /// Writes the object.
    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(1, forKey: .version)
        try values.encode(id, forKey: .id)
        try values.encode(phase, forKey: .phase)
        try values.encode(RFC3339.text(at), forKey: .at)
        try values.encode(actor.who, forKey: .who)
        try values.encode(actor.program, forKey: .by)
        try values.encode(cluster, forKey: .cluster)
        try values.encode(act, forKey: .act)
        try values.encode(subject, forKey: .subject)
        try values.encode(what, forKey: .what)
        if !before.isEmpty { try values.encode(before, forKey: .before) }
        if !after.isEmpty { try values.encode(after, forKey: .after) }
        try values.encodeIfPresent(problem, forKey: .problem)
    }

    /// Reads the object; keys it does not know are left alone.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let time = try values.decode(String.self, forKey: .at)
        do throws(ResetError) {
            at = try ResetTimes.time(time)
        } catch {
            throw DecodingError.dataCorruptedError(forKey: .at, in: values, debugDescription: "\(error)")
        }
        id = try values.decode(String.self, forKey: .id)
        phase = try values.decode(Phase.self, forKey: .phase)
        actor = AuditActor(
            who: try values.decode(String.self, forKey: .who), program: try values.decode(String.self, forKey: .by))
        cluster = try values.decode(String.self, forKey: .cluster)
        act = try values.decode(String.self, forKey: .act)
        subject = try values.decode(String.self, forKey: .subject)
        what = try values.decode(String.self, forKey: .what)
        before = try values.decodeIfPresent([String: String].self, forKey: .before) ?? [:]
        after = try values.decodeIfPresent([String: String].self, forKey: .after) ?? [:]
        problem = try values.decodeIfPresent(String.self, forKey: .problem)
    }

    /// The event on one line, without its end.
    ///
    /// - Throws: An encoding error, never for values that an event can hold.
    package func line() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self))
    }

    /// Reads a line; nil for one that is no event.
    package init?(line: some Collection<UInt8>) {
        guard line.count <= Self.maxBytes, let event = try? JSONDecoder().decode(Self.self, from: Data(line)) else {
            return nil
        }
        self = event
    }
}
