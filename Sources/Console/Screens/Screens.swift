import Monitor

/// The frame around every screen, and which screen fills it.
enum Screens {
    /// Draws header, page, crumbs and keys; in a window too small for them, one sentence.
    static func draw(_ frame: inout Frame) {
        let size = frame.state.size
        guard size.rows >= 8, size.columns >= 40 else {
            frame.grid.put(
                "Weir needs 40x8, this is \(size.columns)x\(size.rows)", row: 0, column: 0, style: frame.theme.text)
            return
        }
        Header.draw(&frame, row: 0)
        Footer.drawCrumbs(&frame, row: size.rows - 2)
        Footer.drawKeys(&frame, row: size.rows - 1)
        let body = body(size)
        drawPage(&frame, in: body)
        if frame.state.snapshot.poll.outage != nil {
            // The board as it stood: nothing of it is live.
            let dim = frame.theme.muted
            for row in body.row..<body.endRow {
                frame.grid.restyle(row: row, columns: body.column..<body.endColumn) { _ in dim }
            }
        }
        if let prompt = frame.state.prompt, prompt.kind == .palette {
            PalettePicture.draw(&frame, prompt, above: size.rows - 2)
        }
        if let dialog = frame.state.dialog { Dialogs.draw(&frame, dialog, in: body) }
    }

    /// What lies between the header and the last two lines.
    static func body(_ size: Size) -> Rect { Rect(row: 1, column: 0, height: size.rows - 3, width: size.columns) }

    private static func drawPage(_ frame: inout Frame, in rect: Rect) {
        if frame.state.snapshot.past != nil, !frame.state.page.isKept {
            return drawMissing(
                &frame, in: rect, title: frame.state.page.crumb, "What this page shows is not kept; 0: live")
        }
        switch frame.state.page {
        case .dashboard: DashboardScreen.draw(&frame, in: rect)
        case .topics: TopicsScreen.draw(&frame, in: rect)
        case .partitions: TopicsScreen.drawPartitions(&frame, in: rect, box: 0)
        case .topic(let name): TopicScreen.draw(&frame, in: rect, name: name)
        case .configuration(let topic): ConfigurationScreen.draw(&frame, in: rect, topic: topic)
        case .compaction: CompactionScreen.draw(&frame, in: rect)
        case .statistics(let topic): StatisticsScreen.draw(&frame, in: rect, topic: topic)
        case .groups: GroupsScreen.draw(&frame, in: rect)
        case .group(let id): GroupScreen.draw(&frame, in: rect, id: id)
        case .members(let id): AutopsyScreen.draw(&frame, in: rect, id: id)
        case .replay(let group, let topic): ReplayScreen.draw(&frame, in: rect, group: group, topic: topic)
        case .travel(let topic): TravelScreen.draw(&frame, in: rect, topic: topic)
        case .keyHistory(let place, let key): TravelScreen.drawHistory(&frame, in: rect, place: place, key: key)
        case .tail, .search: TailScreen.draw(&frame, in: rect)
        case .searches: SearchScreen.drawAll(&frame, in: rect)
        case .alerts: AlertsScreen.draw(&frame, in: rect)
        case .alert(let id): AlertHistoryScreen.draw(&frame, in: rect, id: id)
        case .queries: QueriesScreen.draw(&frame, in: rect)
        case .query(let id): QueryScreen.draw(&frame, in: rect, id: id)
        case .statement: StatementScreen.draw(&frame, in: rect)
        case .explanation(let statement): StatementScreen.drawExplanation(&frame, in: rect, of: statement)
        case .broker: BrokerScreen.draw(&frame, in: rect)
        case .connections: ConnectionsScreen.draw(&frame, in: rect)
        case .transactions: TransactionsScreen.draw(&frame, in: rect)
        case .transaction(let id): TransactionsScreen.draw(&frame, in: rect, id: id)
        case .producers(let place): ProducersScreen.draw(&frame, in: rect, place: place)
        case .brokerConfiguration(let id): BrokerConfigurationScreen.draw(&frame, in: rect, broker: id)
        case .changes: ChangesScreen.draw(&frame, in: rect)
        case .audit: AuditScreen.draw(&frame, in: rect)
        case .act(let id): AuditScreen.drawChanges(&frame, in: rect, act: id)
        }
    }

    /// True where a page has no room for its boxes and shows one, with a strip of the others' names.
    static func isSingle(_ size: Size) -> Bool { size.columns < 80 || size.rows < 16 }
    /// True where a page has room to set boxes side by side.
    static func isWide(_ size: Size) -> Bool { size.columns >= 120 }

    /// Draws the strip of box names and answers what is left below it.
    static func strip(_ frame: inout Frame, in rect: Rect, names: [String]) -> Rect {
        let (top, rest) = rect.split(top: 1)
        var x = top.column + 1
        for (index, name) in names.enumerated() {
            if index > 0 {
                x = frame.grid.put(" │ ", row: top.row, column: x, style: frame.theme.border, limit: top.endColumn)
            }
            let isChosen = index == frame.state.box
            let text = isChosen ? "▶\(name)" : " \(name)"
            let style = isChosen ? frame.theme.title : frame.theme.muted
            x = frame.grid.put(text, row: top.row, column: x, style: style, limit: top.endColumn)
        }
        return rest
    }
}
