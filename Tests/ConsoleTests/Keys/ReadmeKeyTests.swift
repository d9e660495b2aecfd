import Console
import ReadmeText
import Testing

@Suite("README's keys")
struct ReadmeKeyTests {
    @Test("README lists the keys that the actions have; WEIR_UPDATE_SCREENS=1 writes them anew")
    func table() throws {
        #expect(try ReadmeSection("keys").difference(from: KeyTable.markdown()) == nil)
    }
}
