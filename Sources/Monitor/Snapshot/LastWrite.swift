/// When a topic was last written to, as far as watching it tells.
package struct LastWrite: Sendable, Equatable {
    /// Wall milliseconds.
    package var at: Int64
    /// True where nothing was written since it is watched: then the last write lies before `at`, nobody knows how long.
    package var isEarlier: Bool

    /// A last write.
    package init(at: Int64, isEarlier: Bool = false) {
        self.at = at
        self.isEarlier = isEarlier
    }
}
