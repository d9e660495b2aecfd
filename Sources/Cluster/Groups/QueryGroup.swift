/// The groups under which persistent queries commit their offsets.
package enum QueryGroup {
    /// How their names begin. The embedded broker keeps their offsets without end: the state that is kept beside the log is worth nothing
    /// without them, and whoever ends the query deletes the group.
    package static let prefix = "_weir-query-"
}
