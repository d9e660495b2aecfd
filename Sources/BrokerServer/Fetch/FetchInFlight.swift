import BrokerCore
import KafkaProtocol
import NIOCore
import NIOPosix
import Synchronization

/// A fetch that is being answered: it reads, and if that is too little it waits for appends until its time is over.
///
/// It lives on its connection's event loop; only reads that may need the disk leave it.
final class FetchInFlight: WaitingRequest {
    /// Lets many appends cause one wake-up.
    private final class WakeUp: Sendable {
        let isPending = Atomic<Bool>(false)
    }

    private let plan: FetchPlan
    private let exchange: Exchange
    private let broker: Broker
    private let pool: NIOThreadPool
    private let finish: (FetchResponse) -> FetchResponse
    private let wakeUp = WakeUp()
    private var token: WatchToken?
    private var timer: Scheduled<Void>?
    private var isReading = false
    private var wasWokenWhileReading = false
    /// Whether the next read is the last one, however little it gives.
    private var isTimeOver = false
    /// Whether it was answered or given up.
    private(set) var isDone = false

    /// A fetch that has not read yet.
    ///
    /// - Parameter finish: Makes of an answer with all partitions the one that the client gets.
    init(
        plan: FetchPlan, exchange: Exchange, broker: Broker, pool: NIOThreadPool,
        finish: @escaping (FetchResponse) -> FetchResponse
    ) {
        self.finish = finish
        self.plan = plan
        self.exchange = exchange
        self.broker = broker
        self.pool = pool
        isTimeOver = plan.maxWaitMilliseconds == 0 || plan.isEmpty
    }

    /// Reads for the first time.
    func start() {
        read()
    }

    func finishEarly() {
        guard !isDone else { return }
        isTimeOver = true
        read()
    }

    func cancel() {
        guard !isDone else { return }
        isDone = true
        release()
        exchange.finishSilently()
    }

    private func read() {
        guard !isDone else { return }
        guard !isReading else {
            wasWokenWhileReading = true
            return
        }
        if let result = plan.readFromMemory(of: broker) { return take(result) }
        isReading = true
        let this = NIOLoopBound(self, eventLoop: exchange.client.eventLoop)
        let (plan, broker, loop) = (plan, broker, exchange.client.eventLoop)
        pool.submit { state in
            guard case .active = state else {
                return loop.execute { this.value.cancel() }
            }
            let result = plan.read(from: broker)
            loop.execute {
                this.value.isReading = false
                this.value.take(result)
            }
        }
    }

    private func take(_ result: FetchPlan.Result) {
        guard !isDone else { return }
        if isTimeOver || result.hasError || result.bytes >= plan.minBytes {
            return answer(result)
        }
        if token == nil {
            // What is appended before the registration wakes nobody: read once more after it.
            wait()
            read()
        } else if wasWokenWhileReading {
            wasWokenWhileReading = false
            read()
        }
    }

    private func wait() {
        let loop = exchange.client.eventLoop
        let this = NIOLoopBound(self, eventLoop: loop)
        let wakeUp = wakeUp
        token = broker.watch(plan.targets) {
            guard !wakeUp.isPending.exchange(true, ordering: .acquiringAndReleasing) else { return }
            loop.execute {
                wakeUp.isPending.store(false, ordering: .releasing)
                this.value.read()
            }
        }
        timer = loop.scheduleTask(in: .milliseconds(plan.maxWaitMilliseconds)) {
            this.value.isTimeOver = true
            this.value.read()
        }
    }

    private func answer(_ result: FetchPlan.Result) {
        isDone = true
        release()
        broker.counters.fetchRequests.wrappingAdd(1, ordering: .relaxed)
        broker.counters.bytesOut.wrappingAdd(Int64(result.bytes), ordering: .relaxed)
        exchange.respond(.fetch(finish(result.response)))
    }

    private func release() {
        timer?.cancel()
        timer = nil
        if let token { broker.cancel(token) }
        token = nil
    }
}
