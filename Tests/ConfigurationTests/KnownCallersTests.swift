import Configuration
import Distribution
import Testing

@Suite struct `What the file says of callers who call again` {
  private static let queue = "[[queues]]\nid = \"support\"\n"
  private static let agent = "[[agents]]\nid = \"1001\"\nqueues = [\"support\"]\n"

  @Test func `each key is read into its value`() throws {
    let text =
      Self.queue + "last_agent_seconds = 7.5\n[[queues]]\nid = \"sales\"\n[[queues]]\nid = \"off\"\n"
      + "last_agent_seconds = 0\n"
        + """
        [callers]
        shared_numbers = ["03-1234-5678", "+81 90 1234 5678"]
        last_agent_days = 14
        priority_attribute = "ランク"
        priorities = { "金" = 100, "要注意" = -5 }
        """
    let configuration = try parse(text).get().configuration
    #expect(configuration.queues.map(\.lastAgent) == [.milliseconds(7_500), nil, nil])
    #expect(configuration.callers.sharedNumbers == ["+81312345678", "+819012345678"])
    #expect(configuration.callers.window == .seconds(14 * 86_400))
    #expect(configuration.callers.priorityAttribute == "ランク")
    #expect(configuration.callers.priorities == ["金": 100, "要注意": -5])
    let usual = try parse(Self.queue).get().configuration.callers
    #expect(usual.window == .seconds(30 * 86_400) && usual.sharedNumbers.isEmpty && usual.priorityAttribute == nil)
  }

  @Test(arguments: [
    (queue + "last_agent_seconds = 601\n" + agent, ["3:22: error: last_agent_seconds must be from 0 to 600, not 601"]),
    (
      queue + agent + "[callers]\nlast_agent_days = 0\n", ["7:19: error: last_agent_days must be from 1 to 3660, not 0"]
    ),
    (
      queue + agent + "[callers]\nshared_numbers = [\"mum\"]\n",
      ["7:19: error: shared_numbers: 'mum' is not a telephone number"]
    ),
    (
      queue + agent + "[callers]\npriority_attribute = \"r\"\npriorities = { a = \"much\" }\n",
      ["8:20: error: a must be a whole number, not text"]
    ),
    (
      queue + agent + "[callers]\npriorities = { a = 5 }\n",
      ["7:1: error: priorities without priority_attribute: name the attribute of customers that they go by"]
    ),
  ]) func `a fault is told where it stands`(text: String, said: [String]) {
    #expect(faults(text).filter { $0.contains("error") } == said)
  }
}
