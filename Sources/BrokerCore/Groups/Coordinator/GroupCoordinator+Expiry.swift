import Cluster
import KafkaProtocol
import Logging
import OrderedCollections

/// Offsets that nobody needs any more (KIP-211).
extension GroupCoordinator {
    /// Makes sure that expired offsets are looked for in due time.
    func scheduleExpiry(_ registry: inout GroupRegistry) {
        guard registry.expiryDue == nil else { return }
        registry.expiryDue =
            now.monotonic.addingReportingOverflow(max(1, settings.offsetsRetentionCheckInterval))
            .partialValue
    }

    /// Removes expired offsets, and groups that have neither members nor offsets.
    func expire(_ now: GroupInstant, _ registry: inout GroupRegistry, _ aftermath: inout Aftermath) {
        guard let due = registry.expiryDue, due <= now.monotonic else { return }
        registry.expiryDue = nil
        for groupID in Array(registry.groups.keys) {
            guard let entry = registry.groups[groupID] else { continue }
            let expired =
                groupID.hasPrefix(QueryGroup.prefix)
                ? [] : entry.expiredOffsets(at: now.wall, retention: settings.offsetsRetention)
            let isAllGone =
                entry.isVacant && entry.pending.isEmpty
                && entry.transactional.isEmpty && expired.count == entry.offsets.count
            guard !expired.isEmpty || isAllGone else { continue }
            if !expired.isEmpty {
                aftermath.then { [logger] in logger.info("group \(groupID): \(expired.count) offsets expired") }
            }
            erase(expired, of: groupID, andGroup: isAllGone, now, &registry, &aftermath) { _ in }
        }
        if !registry.groups.isEmpty { scheduleExpiry(&registry) }
    }
}
