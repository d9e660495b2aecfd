import BrokerCore
import KafkaProtocol
import NIOCore
import NIOPosix
import Synchronization

/// A fetch that is being answered: it reads, and if that is too little it waits for appends until its time is over.
///
/// It lives on its connection's event loop; only reads that may need the disk leave it. Before such a read it takes what it reads with from
/// ``AnswerMemory``, and keeps that until its connection counts the answer as its own.
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
    /// Its place among those that wait for memory.
    private var ticket: AnswerMemory.Ticket?
    /// Bytes taken from the memory for answers.
    private var reserved = 0
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
        // What a read is under way with is given back when it ends.
        if !isReading || isGivenUp() { giveBack() }
        exchange.finishSilently()
    }

    // MARK: Reading

    private func read() {
        guard !isDone else { return }
        guard !isReading else {
            wasWokenWhileReading = true
            return
        }
        // What is read here is little, and counts as soon as it is answered with; where others wait for memory it waits with them.
        if let result = plan.readFromMemory(of: broker), result.bytes == 0 || !exchange.client.share.memory.isShort {
            return take(result, granted: plan.maxBytes)
        }
        isReading = true
        let this = NIOLoopBound(self, eventLoop: exchange.client.eventLoop)
        let loop = exchange.client.eventLoop
        let grant = exchange.client.share.take(plan.maxBytes) { granted in
            loop.execute { this.value.proceed(with: granted) }
        }
        switch grant {
        case .now(let granted): readOnPool(with: granted)
        case .later(let ticket): self.ticket = ticket
        }
    }

    /// It waited for memory, and its turn has come.
    private func proceed(with granted: Int) {
        ticket = nil
        guard !isDone else {
            isReading = false
            return exchange.client.share.memory.change(by: -granted)
        }
        readOnPool(with: granted)
    }

    private func readOnPool(with granted: Int) {
        reserved = granted
        let this = NIOLoopBound(self, eventLoop: exchange.client.eventLoop)
        let (plan, broker, loop) = (plan, broker, exchange.client.eventLoop)
        pool.submit { state in
            guard case .active = state else {
                return loop.execute { this.value.endRead { this.value.cancel() } }
            }
            let result = plan.read(from: broker, granted: granted)
            loop.execute { this.value.endRead { this.value.take(result, granted: granted) } }
        }
    }

    private func endRead(_ next: () -> Void) {
        isReading = false
        next()
        // Answered, given up, or about to read again with what is granted then.
        if !isReading { giveBack() }
    }

    private func take(_ result: FetchPlan.Result, granted: Int) {
        guard !isDone else { return }
        if isTimeOver || plan.isEnough(result, granted: granted) {
            return answer(result)
        }
        giveBack()
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

    // MARK: The end

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

    /// Gives up waiting for memory. False if it does not wait, or its turn has come.
    private func isGivenUp() -> Bool {
        guard let ticket else { return false }
        self.ticket = nil
        return exchange.client.share.memory.cancel(ticket)
    }

    private func giveBack() {
        guard reserved > 0 else { return }
        let bytes = reserved
        reserved = 0
        exchange.client.share.memory.change(by: -bytes)
    }
}
