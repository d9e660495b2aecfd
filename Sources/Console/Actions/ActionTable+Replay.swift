extension ActionTable {
    /// The replay page's own actions.
    static let replayActions: [Action] = [
        Action(
            "open", [.enter], "partition; choose target", in: .screen, footer: 10,
            hintNow: { $0.box == 1 ? "choose" : "open" }
        ) { $0.enterReplay() },
        Action("toggle-partition", [" "], "leave a partition alone", in: .screen, footer: 14, hint: "partition") {
            $0.togglePartition()
        },
        Action("all-partitions", [], "all partitions, or one", in: .screen) { $0.toggleAllPartitions() },
        Action("target-time", ["@"], "to a time", in: .screen, footer: 11, hint: "time") { $0.choose(.time) },
        Action("target-offset", ["o"], "to an offset", in: .screen, footer: 12, hint: "offset") { $0.choose(.offset) },
        Action("target-earliest", [], "to the earliest offsets", in: .screen) { $0.choose(.earliest) },
        Action("target-latest", [], "to the latest offsets", in: .screen) { $0.choose(.latest) },
        Action("target-back", [], "so long ago", in: .screen) { $0.choose(.back) },
        Action("target-shift", [], "by so many offsets", in: .screen) { $0.choose(.shift) },
        Action("target-group", [], "where another group is", in: .screen) { $0.choose(.group) },
        Action("target-file", [], "where a CSV file says", in: .screen) { $0.choose(.file) },
        Action("axis", ["x"], "time or offsets as axis", in: .screen, footer: 13, hint: "axis") {
            $0.switchReplayAxis()
        },
        Action("tail", ["t"], "tail at the record", in: .screen, footer: 41, hint: "tail") { $0.tailAtReplay() },
        Action("refresh", ["."], "look again", in: .screen, footer: 42, hint: "again") { $0.lookAgain() },
        Action(
            "apply-reset", ["R"], "apply the reset", in: .cluster, footer: 5, hint: "apply",
            visible: { $0.mayWrite }, offered: { $0.replayLock == nil && $0.replay?.choice != nil }
        ) { $0.prepareReset() },
        Action(
            "undo-reset", ["U"], "undo the newest reset", in: .cluster, footer: 6, hint: "undo",
            visible: { $0.mayWrite }, offered: { $0.replayLock == nil }
        ) { $0.prepareUndo() },
    ]
}
