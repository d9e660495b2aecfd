package import Cluster
package import Operations
package import RecordFormats

/// What a search is asked: what to look for, where, and from where to where.
package struct SearchRequest: Equatable, Sendable {
    /// The search's number; news of another one are dropped.
    package var ticket: Int
    /// The topics and partitions as they were asked for.
    package var source: TailSource
    /// The partitions there are of them.
    package var places: [TopicPartition]
    /// What records are asked.
    package var filter: RecordFilter
    /// How each topic is read, for the filter.
    package var decodings: [String: TopicDecoding]
    /// Where it begins.
    package var from: ScanBound
    /// Where it ends.
    package var to: ScanBound
}

/// How far a search is, and what it found since it told last.
package struct SearchNews: Equatable, Sendable {
    /// The search's number.
    package var ticket: Int
    /// How far it is.
    package var progress: ScanProgress
    /// What was found since, as far as it is listed.
    package var found: [TailRecord]
    /// All that passed so far.
    package var matches: Int64

    /// News.
    package init(ticket: Int, progress: ScanProgress, found: [TailRecord], matches: Int64) {
        self.ticket = ticket
        self.progress = progress
        self.found = found
        self.matches = matches
    }
}

/// A search, which goes on while other pages are looked at.
package struct SearchState: Equatable, Sendable {
    /// What it was asked.
    package var request: SearchRequest
    /// The range in words, with the moments that typed times stood for.
    package var range: String
    /// What was typed, for the next search.
    var typed: [String: String]
    /// How far it is; nil before it told.
    package var progress: ScanProgress?
    /// All that passed so far.
    package var matches: Int64 = 0
    /// What is listed of it.
    package var results: TailState

    init(request: SearchRequest, range: String, typed: [String: String]) {
        self.request = request
        self.range = range
        self.typed = typed
        results = TailState(ticket: request.ticket, source: request.source)
        results.mode = .results
    }

    /// What lists know it by.
    var id: String { "\(request.ticket)" }

    /// True when nothing more is read.
    package var isEnded: Bool { progress?.isEnded ?? false }

    /// `search 45 %, 12 found` while it goes on or its end was not seen yet.
    var shortWords: String? {
        guard let progress, !isEnded else { return nil }
        let pause = progress.phase == .paused ? "‖ " : ""
        return "\(pause)search \(Figures.percent(progress.share)), \(Figures.grouped(matches)) found"
    }
}
