import Cluster

extension Cluster {
    /// How many requests for settings are under way at once.
    private static var configurationRequests: Int { 16 }

    /// The settings of several topics.
    ///
    /// - Returns: An entry for each topic asked for.
    func configurations(ofTopics names: [String]) async -> [String: Result<[ConfigEntry], ClusterError>] {
        await withTaskGroup(of: (String, Result<[ConfigEntry], ClusterError>).self) { group in
            var found: [String: Result<[ConfigEntry], ClusterError>] = [:]
            for (index, name) in names.enumerated() {
                if index >= Self.configurationRequests, let (name, entries) = await group.next() {
                    found[name] = entries
                }
                group.addTask { (name, await settings(ofTopic: name)) }
            }
            for await (name, entries) in group { found[name] = entries }
            return found
        }
    }

    // A function of its own: as a closure of the group, Swift 6.3's optimiser loses the answer and corrupts memory.
    private func settings(ofTopic name: String) async -> Result<[ConfigEntry], ClusterError> {
        do throws(ClusterError) {
            return .success(try await configuration(of: .topic(name)))
        } catch {
            return .failure(error)
        }
    }
}
