package import AlertRules
package import Cluster
package import LiveQueries
package import Monitor
package import Operations

/// Something `update` wants done outside; the loop does it and brings the answer back as an `Arrival`.
package enum Effect: Equatable, Sendable {
    /// Leave the loop.
    case quit
    /// Leave the loop, the broker keeps serving.
    case keepServing
    /// Ask how many clients are connected, to decide whether quitting needs a question.
    case askToQuit
    /// Draw everything anew.
    case redraw
    /// Poll the cluster now.
    case refresh
    /// Put a text on the terminal's clipboard (OSC 52).
    case copy(String)
    /// Ring the bell, or show a message of the desktop.
    case call(Attention)
    /// Remember the settings across runs.
    case keep(KeptSettings)
    /// Write a file.
    case export(ExportJob)
    /// Show a text in the user's editor, to be read only.
    case view(EditorText)
    /// Read a record whole that the tail holds cut, to show it in the editor.
    case loadRecord(TopicPartition, offset: Int64, ticket: Int)
    /// Use another theme.
    case useTheme(String)
    /// Read the theme files again, and use the theme in use as it is now.
    case reloadThemes
    case loadSegments(TopicPartition)
    case loadConfiguration(topic: String)
    case loadBrokerConfiguration(Int32)
    /// Read the producers that a partition remembers.
    case loadProducers(TopicPartition)
    case previewCompaction([TopicPartition], rollActive: Bool, ticket: Int)
    case compact([TopicPartition], rollActive: Bool)
    /// Ask the cluster whether it would do an act.
    case checkAct(ClusterAct, ticket: Int)
    /// Do it.
    case act(ClusterAct)
    /// Work out what a purge would take away.
    case planPurge(PurgeRequest, ticket: Int)
    /// Read all records of a topic's partitions.
    case startStatistics(topic: String, [TopicPartition], ticket: Int)
    /// Pause, resume or stop a scan.
    case controlScan(ticket: Int, ScanOrder)
    case stopCompaction([TopicPartition])
    /// Read the operator's marks on a cluster's alerts.
    case loadMarks(cluster: String)
    /// Keep them.
    case keepMarks(AlertMarks, cluster: String)
    /// Read the newest events of the audit log.
    case loadAudit
    /// Read records for the tail.
    case fetch(TailRequest)
    /// Read the records that a group's partitions stopped at.
    case loadStops([FetchStart], ticket: Int)
    /// Tell the monitor of losses that the operator knows of.
    case acknowledgeLosses([AlertMarks.Loss])
    /// Look for records again after a moment.
    case wakeTail(ticket: Int, milliseconds: Int)
    /// Begin a search.
    case search(SearchRequest)
    /// Look for the record before one that has the same key.
    case compare(RecordComparison)
    /// Append a record.
    case produce(NewRecord, to: TopicPartition)
    /// Look at, or carry out, a reset of a group's offsets.
    case replay(ReplayWish)
    /// Make the board that lies so many milliseconds from a moment (wall milliseconds) in the kept history.
    case lookBack(from: Int64, by: Int64, ticket: Int)
    /// Read a topic's past.
    case travel(TravelWish)
    /// Run statements, act on queries.
    case query(QueryWish)
    /// Find the offsets of a moment in each partition.
    case findTime([TopicPartition], milliseconds: Int64, ticket: Int)
}

/// What an effect brought.
package enum Arrival: Sendable {
    case segments(TopicPartition, Result<[SegmentDescription], ClusterError>)
    case configuration(topic: String, Result<[ConfigEntry], ClusterError>)
    case producers(TopicPartition, Result<[ProducerDescription], ClusterError>)
    case brokerConfiguration(Int32, Result<[ConfigEntry], ClusterError>)
    case marks(cluster: String, Result<AlertMarks, AlertMarksError>)
    /// Marks were kept; says where a file that could not be understood went.
    case marksKept(Result<String?, AlertMarksError>)
    case audit(Result<AuditExcerpt, ClusterError>)
    case preview(ticket: Int, Result<[CompactionPreview], ClusterError>)
    /// A compaction was queued, or stopping was asked; the text says which.
    case acted(Result<String, ClusterError>)
    /// Whether the cluster would do what a form says.
    case checked(ticket: Int, Result<Void, ClusterError>)
    /// An act was done, or why not.
    case done(ClusterAct, Result<ActReport, ClusterError>)
    case purgePlan(ticket: Int, PurgeRequest, Result<PurgePlan, ClusterError>)
    /// How far a scan for statistics has come, and what it tells.
    case statistics(topic: String, ticket: Int, ScanProgress, StatisticsReport)
    case tail(TailBatch)
    case tailWake(ticket: Int)
    case stops(ticket: Int, [TopicPartition: Result<FetchedRecords, ClusterError>])
    case time(ticket: Int, [TopicPartition: Result<FoundOffset, ClusterError>])
    /// How far a search is and what it found.
    case searched(SearchNews)
    /// The record before one, or why there is none.
    case compared(RecordComparison)
    /// A board of the past, or where the history ends; nil where none is kept.
    case past(ticket: Int, Timeline.Place?)
    case clients(Int)
    /// Whoever sits there is to be called.
    case attention(Attention)
    /// How the receivers of alerts fare.
    case deliveries(DeliveryBoard)
    case replay(ReplayNews)
    case travel(TravelNews)
    /// What came of statements.
    case query(QueryNews)
    /// The settings were not kept; says why.
    case notKept(String)
    /// A file was written, or why not.
    case exported(ExportJob, Result<String, ExportError>)
    /// A record read whole.
    case record(ticket: Int, TopicPartition, Result<FetchedRecord, ClusterError>)
    /// The theme in use, or why another could not be used.
    case theme(Result<String, ThemeError>)
    /// The themes there are by now, and the one in use as it is now, or why it could not be used.
    case themesRead([String], Result<String, ThemeError>)
}

/// Something that happened to the console.
package enum Input: Sendable {
    case key(Key)
    /// Text that was pasted, as it came.
    case paste(String)
    case mouse(Mouse)
    case resized(Size)
    case snapshot(Snapshot)
    /// The queries and what they have found.
    case queries(QueryBoard)
    case arrived(Arrival)
}
