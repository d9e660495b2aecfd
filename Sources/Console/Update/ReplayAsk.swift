import Cluster
import Operations
extension ConsoleState {
    mutating func ask(_ request: ReplayRequest, _ preview: ReplayPreview) -> [Effect] { [] }
}
