package import AlertRules
package import Cluster
import LiveQueries
package import Monitor
package import Operations
package import RecordFormats

/// Everything the console knows; screens are pure functions of it, keys and data change it through `update`.
package struct ConsoleState: Sendable {
    /// The terminal's size.
    package var size: Size
    /// What is shown.
    package var snapshot: Snapshot
    /// The newest snapshot while the screen is paused or shows the past.
    package var waiting: Snapshot?
    /// True while the screen stands still on request.
    package var isPaused = false
    /// Where the console stands in time.
    package var timeline = TimelineState()
    /// The navigation stack; never empty.
    package var pages: [Page] = [.dashboard]
    /// Cursors, sorting and filters by list.
    package var lists: [ListID: ListState] = [:]
    /// The row of the focused list that a cursor nobody has moved is seen on; nil where that sank too far.
    var held: (list: ListID, row: String)?
    /// The box that keys go to, by page.
    package var focus: [Page: Int] = [:]
    /// A line being typed.
    package var prompt: Prompt?
    /// A question or picture over the screen.
    package var dialog: Dialog?
    /// A word to the operator, until the next key.
    package var message: Message?
    /// True when lists show only what is wrong.
    package var isFaultsOnly = false
    /// Segments by partition, as last loaded.
    package var segments: [TopicPartition: Loaded<[SegmentDescription]>] = [:]
    /// Settings by topic, as last loaded.
    package var configurations: [String: Loaded<[ConfigEntry]>] = [:]
    /// Settings by broker, as last loaded.
    package var brokerConfigurations: [Int32: Loaded<[ConfigEntry]>] = [:]
    /// Producers by partition, as last loaded.
    package var producers: [TopicPartition: Loaded<[ProducerDescription]>] = [:]
    /// The newest events of the audit log, as last loaded.
    package var audit: Loaded<AuditExcerpt>?
    /// What the operator said of alerts.
    package var marks = AlertMarks()
    /// The cluster whose marks were asked for; nil before its id is known.
    package var marksCluster: String?
    /// How the receivers of alerts fare; that is always now, whatever else is looked back on.
    package var deliveries = DeliveryBoard.empty
    /// The tail, while one is on the stack.
    package var reading: TailState?
    /// The search that `l` and its page are about: the one begun or chosen last.
    package var search: SearchState?
    /// The others, the one looked at last first; they go on meanwhile.
    package var otherSearches: [SearchState] = []
    /// The replay page, as it was left last.
    package var replay: ReplayState?
    /// The look at a topic's past, as it was left last.
    package var travel: TravelState?
    /// The look at a key's records, likewise.
    package var keyHistory: KeyHistoryState?
    /// How fast each group read when it was last seen reading.
    package var paces: [String: GroupPace] = [:]
    /// How each topic's records are read, where it was chosen.
    package var decoders: [String: DecoderChoice] = [:]
    /// The window of a group's rates.
    package var rateWindow = RateWindow.minute
    /// What was seen of the group whose page was opened last.
    package var watch: GroupWatch?
    /// The form whose contents the cluster is asked about.
    package var checking: CheckedForm?
    /// What was done last.
    package var lastReport: ActReport?
    /// Full scans by topic, running or ended.
    package var statistics: [String: StatisticsView] = [:]
    /// Live queries, and the statement being typed.
    package var queries = QueriesState()
    /// The records that the group whose autopsy is open stopped at.
    package var stops: StopBoard?
    /// What is remembered across runs.
    package var kept: KeptSettings
    /// Why it could not be kept last, which was said.
    var keepingProblem: String?
    /// The record being read whole for the editor; any key that does something else forgets it.
    package var viewTicket: Int?
    /// Counts requests, so that late answers are known.
    package var ticket = 0
    /// What the user chose at start.
    package var settings: Settings
    /// What tables were made of last; copies share it, and nothing that is shown depends on it.
    let memo = TableMemo()
    /// True in copies that look at a snapshot before it is shown.
    var isAhead = false
    /// The focused list where it was looked at already, in copies that are only asked.
    var knownList: FocusedList?

    /// The state before anything arrived.
    package init(size: Size, settings: Settings = Settings(), kept: KeptSettings = KeptSettings()) {
        self.size = size
        self.settings = settings
        self.kept = kept
        snapshot = .empty
    }

    /// The list of records on top: the search's results on its page, elsewhere the tail.
    package var tail: TailState? {
        get { page == .search ? search?.results : reading }
        set {
            if page == .search {
                if let newValue { search?.results = newValue }
            } else {
                reading = newValue
            }
        }
    }

    /// The page on top.
    package var page: Page { pages.last ?? .dashboard }
    /// The focused box of the page on top.
    package var box: Int { min(focus[page] ?? 0, boxes - 1) }
    /// How many boxes the page on top has.
    package var boxes: Int {
        switch page {
        case .dashboard: page.boxes + kept.pins.count
        case .connections where snapshot.service == nil: 1
        case .query(let id) where query(id)?.failureSamples.isEmpty != false: 1
        default: page.boxes
        }
    }
    /// True while the broker in this process is looked at.
    package var isEmbedded: Bool { snapshot.status.map { $0.embedded != nil } ?? settings.isEmbedded }
    /// True where the cluster tells what its cleaner does.
    package var tellsCleaning: Bool { snapshot.capabilities.contains(.exactCleaning) }
    /// The focused list.
    package var list: ListID { ListID(page, box) }
    /// The time of what is shown, wall milliseconds.
    package var now: Int64 { snapshot.takenAt }
    /// How long ago a moment was, milliseconds; 0 for one to come.
    package func age(of moment: Int64) -> Int64 { moment.distance(upTo: now) }
    /// True when acts that change the cluster are allowed.
    package var mayWrite: Bool { snapshot.capabilities.contains(.write) }

    /// A list's state.
    package func listState(_ id: ListID) -> ListState {
        var state = lists[id] ?? ListState()
        state.columns = id.tableName.flatMap { kept.columns[$0] } ?? ColumnChoice()
        state.id = id
        state.held = held?.list == id ? held?.row : nil
        return state
    }

    /// A topic's figures by name.
    package func topic(_ name: String) -> TopicFigures? { snapshot.topics.first { $0.description.name == name } }
    /// A group's figures by id.
    package func group(_ id: String) -> GroupFigures? { snapshot.groups.first { $0.description.groupID == id } }

    /// Where what is made of one array is kept.
    func keeping<Element: Sendable>(_ array: [Element]) -> Keeping { keeping(basis: TableBasis().and(array)) }

    /// Where what is made of a basis is kept.
    func keeping(basis: TableBasis) -> Keeping {
        Keeping(memo: memo, basis: basis, snapshot: snapshot.basis, isAhead: isAhead)
    }

    /// A value made of nothing but a basis, made anew only where the basis is another.
    func kept<Value: Sendable>(_ name: TableMemo.Name, of basis: TableBasis, _ make: () -> Value) -> Value {
        memo.value(name, keeping(basis: basis), make: make)
    }

    /// Partitions of all topics.
    var partitionCount: Int {
        kept(.partitionCount, of: TableBasis().and(snapshot.topics)) {
            snapshot.topics.indices.reduce(0) { $0 + snapshot.topics[$1].description.partitions.count }
        }
    }

    /// What of all groups the drawing of each depends on.
    var groupsSummary: GroupsSummary {
        kept(.groupsSummary, of: TableBasis().and(snapshot.groups)) { GroupsSummary(snapshot.groups) }
    }

    /// Active and ended compaction runs.
    package var runs: [CompactionRun] { snapshot.status?.compactionRuns ?? [] }

    /// A new number for a request.
    package mutating func nextTicket() -> Int {
        ticket &+= 1
        return ticket
    }

    /// Says something until the next key.
    package mutating func say(_ text: String, _ level: Theme.Level = .ok) {
        message = Message(text: text, level: level)
    }
}

/// Something asked of the cluster and what came.
package enum Loaded<Value: Sendable & Equatable>: Equatable, Sendable {
    /// Asked, with what was known before.
    case loading(Value?)
    /// Here.
    case ready(Value)
    /// Not to be had; says why.
    case failed(String)

    /// What is known.
    package var value: Value? {
        switch self {
        case .ready(let value): value
        case .loading(let old): old
        case .failed: nil
        }
    }
}

/// A word to the operator.
package struct Message: Equatable, Sendable {
    /// What is said.
    package var text: String
    /// How bad it is.
    package var level: Theme.Level

    /// A word.
    package init(text: String, level: Theme.Level = .ok) {
        self.text = text
        self.level = level
    }
}

/// What was chosen at start and in the palette.
package struct Settings: Equatable, Sendable {
    /// The zone times are shown in.
    package var zone: TimeZoneChoice
    /// The themes that can be chosen.
    package var themes: [String]
    /// The theme in use.
    package var theme: String
    /// Where clients reach the cluster, for the header.
    package var address: String
    /// True when the broker lives in this process.
    package var isEmbedded: Bool
    /// The program's version, for help.
    package var version: String
    /// What the configuration calls the cluster; empty for one without a name.
    package var clusterName: String
    /// True for a cluster that is marked as production.
    package var isProduction: Bool
    /// The user's own keys.
    package var keys = KeyOverrides.none
    /// True where clicks and the wheel are the console's; with shift they stay the terminal's.
    package var hasMouse = false
    /// The schemas that records are read by.
    package var schemas: SchemaCatalog

    /// Choices.
    package init(
        zone: TimeZoneChoice = .utc,
        themes: [String] = [],
        theme: String = "weir-dark",
        address: String = "",
        isEmbedded: Bool = true,
        version: String = "",
        clusterName: String = "",
        isProduction: Bool = false,
        schemas: SchemaCatalog = SchemaCatalog()
    ) {
        self.zone = zone
        self.themes = themes
        self.theme = theme
        self.address = address
        self.isEmbedded = isEmbedded
        self.version = version
        self.clusterName = clusterName
        self.isProduction = isProduction
        self.schemas = schemas
    }
}

extension Int64 {
    /// How far it is to a later number; 0 for an earlier one, the largest number where the distance is larger still.
    func distance(upTo later: Int64) -> Int64 {
        guard later > self else { return 0 }
        let (distance, overflow) = later.subtractingReportingOverflow(self)
        return overflow ? .max : distance
    }
}
