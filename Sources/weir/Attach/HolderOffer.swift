import BrokerCore
import BrokerServer
import Foundation

/// Somebody else has what a broker here would need: the data directory or the port. Says who, and offers to look at theirs instead.
struct HolderOffer {
    /// What the user chose.
    enum Choice: Equatable {
        /// Attach, changing nothing.
        case attach
        /// Attach, with changes allowed.
        case attachForWriting
        /// Leave it.
        case quit
    }

    /// Who has what, in a sentence.
    let reason: String
    /// Where the holder's clients connect, `host:port`.
    let listener: String

    /// The offer for an error at start; nil where there is nobody to attach to.
    init?(_ error: any Error) {
        switch error {
        case BrokerError.inUse(_, _, let listener?):
            self.init(reason: "\(error)", listener: listener)
        case ServerError.cannotBind(let address, _, isInUse: true) where address.port != 0:
            let holder = PortHolder.find(port: address.port).map { ": \($0) has it" } ?? ""
            self.init(reason: "cannot listen on \(address)\(holder)", listener: "\(address)")
        default: return nil
        }
    }

    private init(reason: String, listener: String) {
        self.reason = reason
        self.listener = listener
    }

    /// Whether there is somebody to ask: a terminal on both sides.
    static var canAsk: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 }

    /// Puts the question and waits for one key.
    func ask() -> Choice {
        print("weir: \(reason)")
        print("      a  attach the console to \(listener), read-only")
        print("      w  attach and allow changes")
        print("      q  quit")
        fflush(nil)
        while true {
            switch Self.key() {
            case UInt8(ascii: "a"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): return .attach
            case UInt8(ascii: "w"): return .attachForWriting
            // Escape, ctrl-c, ctrl-d and the end of input leave, too.
            case UInt8(ascii: "q"), 27, 3, 4, nil: return .quit
            default: continue
            }
        }
    }

    /// One key, without waiting for return; nil at the end of input.
    private static func key() -> UInt8? {
        var before = termios()
        guard tcgetattr(STDIN_FILENO, &before) == 0 else { return nil }
        var raw = before
        raw.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG)
        tcsetattr(STDIN_FILENO, TCSANOW, &raw)
        defer { tcsetattr(STDIN_FILENO, TCSANOW, &before) }
        var byte: UInt8 = 0
        while true {
            let count = read(STDIN_FILENO, &byte, 1)
            if count == 1 { return byte }
            guard count < 0, errno == EINTR else { return nil }
        }
    }
}
