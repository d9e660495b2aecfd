import ArgumentParser

/// `weir topics`: what `kafka-topics.sh` does, and compaction.
struct TopicsCommand: VerbGroup {
    static let configuration = CommandConfiguration(
        commandName: "topics",
        abstract: "Lists, describes, creates, alters, deletes and compacts topics.",
        discussion: VerbFailure.help,
        subcommands: [
            TopicsList.self, TopicsDescribe.self, TopicsCreate.self, TopicsAlter.self, TopicsDelete.self,
            TopicsCompact.self,
        ]
    )
}
