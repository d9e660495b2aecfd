import Operations
import Testing

@Test("scenarios of different kinds differ")
func scenarios() {
    #expect(ResetScenario.earliest != .offset(0))
}
