/// How much to tell of topics: what is not asked for costs the cluster nothing.
package enum TopicDetail: Sendable {
    /// Names, ids, leaders and replicas only.
    case layout
    /// Also settings, offsets, sizes and the cleaner's state.
    case figures
}
