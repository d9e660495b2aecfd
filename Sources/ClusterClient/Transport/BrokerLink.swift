import NIOCore

/// What a client knows of its way to one broker. Pure: events in, what is to be done out.
///
/// While the first attempt runs, requests wait for it. Once a broker has failed they do not: they are told why and when it is
/// tried next, while attempts go on behind them for as long as anybody asks.
struct BrokerLink {
    /// How the broker stands.
    enum Phase {
        /// Nobody has asked, or nobody has for long.
        case idle
        /// The first attempt runs; these wait for it.
        case opening([Awaited<BrokerConnection>])
        /// There is a connection.
        case open(BrokerConnection)
        /// The broker failed and is tried again then.
        case resting(ClientError, until: NIODeadline)
        /// The broker failed and is being tried again now.
        case retrying(ClientError)
    }

    /// What a request has to do.
    enum Verdict {
        /// Use this connection.
        case use(BrokerConnection)
        /// Wait, and if `starts` begin the attempt.
        case wait(starts: Bool)
        /// Fail.
        case fail(ClientError)
    }

    private var phase = Phase.idle
    private var failures = 0
    private var lastAsked = NIODeadline.uptimeNanoseconds(0)
    private let backoff: Backoff

    /// A link that nobody has asked for.
    init(backoff: Backoff) { self.backoff = backoff }

    /// Who waits for the first attempt.
    var waiters: [Awaited<BrokerConnection>] {
        if case .opening(let waiters) = phase { waiters } else { [] }
    }

    /// A request asks for the broker; where the verdict is to wait, `waiter` is settled when the attempt ends.
    mutating func ask(_ waiter: Awaited<BrokerConnection>, at now: NIODeadline) -> Verdict {
        lastAsked = now
        switch phase {
        case .open(let connection) where connection.isFresh(at: now):
            return .use(connection)
        case .idle, .open:
            phase = .opening([waiter])
            return .wait(starts: true)
        case .opening(let waiters):
            phase = .opening(waiters + [waiter])
            return .wait(starts: false)
        case .resting(let error, let until):
            return .fail(error.adding("next try in \(Self.words(until - now))"))
        case .retrying(let error):
            return .fail(error.adding("being tried again"))
        }
    }

    /// An attempt succeeded. Gives who waited for it.
    mutating func opened(_ connection: BrokerConnection) -> [Awaited<BrokerConnection>] {
        defer { phase = .open(connection) }
        failures = 0
        return waiters
    }

    /// An attempt failed. Gives who waited for it, and how long to rest, milliseconds.
    mutating func failed(
        _ error: ClientError, at now: NIODeadline, using random: inout some RandomNumberGenerator
    ) -> (waiters: [Awaited<BrokerConnection>], rest: Int64) {
        failures += 1
        let waiters = waiters
        // Wrong credentials stay wrong for a while, and trying them often may lock an account.
        let rest =
            error.isAuthentication ? backoff.longest : backoff.milliseconds(after: failures, using: &random)
        phase = .resting(error, until: now + .milliseconds(rest))
        return (waiters, rest)
    }

    /// The connection is gone. Gives how long to rest before the next attempt; nil where this was not the one in use.
    mutating func lost(
        _ connection: BrokerConnection, _ error: ClientError, at now: NIODeadline,
        using random: inout some RandomNumberGenerator
    ) -> Int64? {
        guard case .open(let current) = phase, current === connection else { return nil }
        guard connection.isFresh(at: now) else {
            // Its session was over and nobody had asked since: nothing failed.
            phase = .idle
            return nil
        }
        return failed(error, at: now, using: &random).rest
    }

    /// The rest is over. Whether the broker is to be tried again: only if somebody asked for it lately.
    mutating func retry(at now: NIODeadline) -> Bool {
        guard case .resting(let error, _) = phase else { return false }
        guard now - lastAsked < patience else {
            phase = .idle
            return false
        }
        phase = .retrying(error)
        return true
    }

    /// For how long after the last request a broker that failed is tried again by itself: long enough for whoever polls it.
    private var patience: TimeAmount { max(.seconds(30), .milliseconds(min(backoff.longest, 86_400_000) * 3)) }

    private static func words(_ time: TimeAmount) -> String {
        let milliseconds = max(0, time.nanoseconds / 1_000_000)
        return milliseconds < 1000 ? "\(milliseconds) ms" : "\((milliseconds + 500) / 1000) s"
    }
}

extension ClientError {
    /// Whether the broker or we are not who we should be.
    var isAuthentication: Bool {
        if case .authentication = self { true } else { false }
    }

    /// The same for a request that found the broker so: it was not sent at all, and more is to be said.
    fileprivate func adding(_ words: String) -> ClientError {
        switch self {
        case .authentication(let broker, let reason): .authentication(broker, "\(reason); \(words)")
        case .unreachable(let broker, let reason): .unreachable(broker, "\(reason); \(words)")
        case .disconnected(let broker, let reason): .unreachable(broker, "\(reason); \(words)")
        case .timedOut(let broker, let api, let milliseconds):
            .unreachable(broker, "no answer to \(api) within \(milliseconds) ms; \(words)")
        case .malformed(let broker, let reason):
            .unreachable(broker, "its answer cannot be read: \(reason); \(words)")
        case .unsupported, .unsendable, .cancelled, .closed: self
        }
    }
}
