import Control
import Distribution
import Figures
import Testing

/// Words and bounds of features that requests have too, where neither can ask the other.
@Suite struct `Closed words` {
  @Test func `of figures are in requests what they are where figures are reckoned`() {
    #expect(FigureWish.spans == Calendar.Span.allCases.map(\.rawValue))
    #expect(FigureWish.subjects == Subject.Kind.allCases.map(\.rawValue))
    #expect(FigureWish.views == View.allCases.map(\.rawValue))
    #expect(Calendar.Span(rawValue: FigureWish().by) != nil && View(rawValue: FigureWish().view) != nil)
  }

  @Test func `a capacity can be asked for where an agent can have it`() throws {
    let client = Client(number: 1, role: .administrator, agent: nil, userID: 0, processID: 0)
    for capacity in -1...AgentSettings.capacities.upperBound + 1 {
      let parameters = JSON.object(["agent": .string("anna"), "capacity": .integer(Int64(capacity))])
      let request = try? Command.named("agent.setCapacity").request(parameters: parameters, from: client)
      #expect((request != nil) == AgentSettings.capacities.contains(capacity), "\(capacity)")
    }
  }
}
