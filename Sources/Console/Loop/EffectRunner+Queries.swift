import LiveQueries

extension EffectRunner {
    /// Runs statements, and ends push queries.
    func run(_ wish: QueryWish) {
        guard let queries = host.queries else { return }
        if case .close(let id) = wish { return queries.close(id) }
        let mailbox = mailbox
        Task.detached { mailbox.post(.query(await Self.carryOut(wish, queries))) }
    }

    private static func carryOut(_ wish: QueryWish, _ queries: any QueryService) async -> QueryNews {
        switch wish {
        case .run(let text, _, let ticket): .ran(ticket: ticket, await queries.run(text))
        case .act(let statement): .acted(await queries.run(statement))
        case .describe(let statement): .described(statement, await queries.run(statement))
        case .restart(let pin): .restarted(pin, await queries.run(pin.statement ?? ""))
        case .close: .acted([])
        }
    }
}
