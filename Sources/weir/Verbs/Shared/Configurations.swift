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
                group.addTask {
                    do throws(ClusterError) {
                        return (name, .success(try await self.configuration(of: .topic(name))))
                    } catch {
                        return (name, .failure(error))
                    }
                }
            }
            for await (name, entries) in group { found[name] = entries }
            return found
        }
    }
}
