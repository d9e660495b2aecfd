import Cluster

/// Why a verb did not do all that it was asked to do. Scripts see the kind as the exit code, people read the message.
struct VerbFailure: Error, Equatable, CustomStringConvertible {
    /// What went wrong, by exit code. 64, 69 and 77 are those of sysexits.h; 64 is also the argument parser's.
    enum Kind: Int32, Sendable, CaseIterable {
        /// Something asked for was not done: refused by the cluster, missing, failed in part.
        case notDone = 1
        /// What was asked cannot be told.
        case unknown = 2
        /// The command line, or a file it names, is wrong; nothing was tried.
        case usage = 64
        /// The cluster could not be reached or did not answer.
        case unreachable = 69
        /// Nothing was changed: the cluster is read-only here, or the change was not confirmed.
        case refused = 77
        /// Ended by ctrl-c or SIGTERM; 128 + SIGINT, as shells report it.
        case interrupted = 130
        /// Whoever read the output has gone, as `head` does; 128 + SIGPIPE, as shells report it.
        case outputClosed = 141
    }

    /// What went wrong.
    var kind: Kind
    /// One line that says what, where and what to do; empty where all has been said.
    var message: String

    /// A failure in words.
    init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// The failure that any error of a verb's work is.
    init(_ error: any Error) {
        switch error {
        case let failure as VerbFailure: self = failure
        case let error as ClusterError:
            let kind: Kind =
                switch error {
                case .unavailable: .unreachable
                case .readOnly: .refused
                default: .notDone
                }
            self.init(kind, "\(error)")
        default: self.init(.notDone, "\(error)")
        }
    }

    /// Everything that went wrong has been said already; only the exit code is left.
    static let alreadySaid = VerbFailure(.notDone, "")

    var description: String { message }

    /// The exit codes, for the help of verbs.
    static let help = """
        Exit codes: 0 all was done; 1 something asked for was not; 64 the command line is wrong; 69 the cluster cannot be \
        reached; 77 nothing was changed for want of confirmation or permission; 130 interrupted.
        """
}
