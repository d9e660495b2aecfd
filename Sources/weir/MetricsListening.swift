import ArgumentParser
import BrokerServer
import Logging
import MetricsEndpoint
import Monitor

extension BrokerOptions {
    /// Where Prometheus may read metrics; nil where nobody asked for it.
    ///
    /// - Throws: `ValidationError` for an address that cannot be used, or that other machines reach and nobody said that they may.
    func metricsAddress() throws -> ListenerAddress? {
        guard let metricsListen else { return nil }
        let address: ListenerAddress
        do {
            address = try ListenerAddress(parsing: metricsListen)
        } catch {
            throw ValidationError("--metrics-listen: \(error)")
        }
        guard address.isLoopback || insecure else {
            throw ValidationError(
                "--metrics-listen \(metricsListen): other machines could read the metrics, and nothing asks who they are;"
                    + " listen on 127.0.0.1, or say --insecure if the network is yours alone")
        }
        return address
    }
}

extension MetricsServer {
    /// Serves what a monitor knows, where there is an address for it.
    ///
    /// - Throws: `MetricsServerError` where nothing can listen there.
    static func start(_ address: ListenerAddress?, of monitor: Monitor, logger: Logger) throws -> MetricsServer? {
        guard let address else { return nil }
        let server = try start(host: address.host, port: address.port, logger: logger) { monitor.snapshot }
        logger.notice("serving metrics at http://\(server.address)/metrics")
        return server
    }
}
