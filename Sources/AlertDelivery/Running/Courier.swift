import NIOPosix
import Synchronization

/// Carries one message to its receiver.
struct Courier: Sendable {
    /// Shows a note on the terminal.
    let onTerminal: @Sendable (TerminalNote) -> Void
    /// Told when the program ends: programs that were started are ended then.
    let isStopping = Stopping()

    /// Whether the program ends.
    final class Stopping: Sendable {
        private let flag = Atomic(false)

        var isSet: Bool { flag.load(ordering: .relaxed) }
        func set() { flag.store(true, ordering: .relaxed) }
    }

    /// Delivers a message; cancelling the task gives it up.
    ///
    /// - Returns: Nil when it was delivered, or why not.
    func deliver(_ job: ReceiverMachine.Job, to receiver: Receiver) async -> DeliveryFailure? {
        do {
            switch (receiver.way, job) {
            case (.terminal(let signal), .group(let message)):
                onTerminal(TerminalNote(signal: signal, text: message.headline))
            case (.command(let target), .group(let message)):
                try await run(target, reading: try WebhookMessage(message, to: receiver.name).bytes())
            case (.webhook(let target), .group(let message)):
                try await HTTPPost(target: target, body: try WebhookMessage(message, to: receiver.name).bytes()).run()
            case (.alertmanager(let target), .posts(let posts)):
                let bytes = try AlertmanagerMessage(posts).bytes()
                try await HTTPPost(target: target, path: AlertmanagerMessage.path, body: bytes).run()
            case (.alertmanager, .group), (.terminal, .posts), (.command, .posts), (.webhook, .posts):
                preconditionFailure("a \(receiver.kind) receiver was handed another kind's message")
            }
            return nil
        } catch let failure as DeliveryFailure {
            return failure
        } catch {
            return DeliveryFailure("\(error)", mayRetry: true)
        }
    }

    /// A program is waited for on a thread that may block.
    private func run(_ target: CommandTarget, reading input: [UInt8]) async throws {
        let isStopping = isStopping
        let outcome = try await NIOThreadPool.singleton.runIfActive {
            Result { () throws(DeliveryFailure) in
                try CommandRun(target: target, input: input).run { isStopping.isSet }
            }
        }
        try outcome.get()
    }
}
