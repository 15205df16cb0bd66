import Directory
import History
import Storage
import Telephony
import Testing

@Suite struct `Who talked with whom last, in the database` {
  private let folder: Folder
  private let database: Database

  init() throws {
    folder = try Folder()
    database = try folder.open()
  }

  /// A contact in which these agents talked, one after the other, ten seconds each.
  private func talk(
    _ id: ContactID, at seconds: Int64, from number: PhoneNumber?, with agents: AgentID..., customer: CustomerID? = nil
  ) -> ContactRecord {
    var record = contact(id, at: seconds, from: number)
    record.customer = customer
    for (index, agent) in agents.enumerated() {
      let began = seconds + Int64(index) * 10
      var segment = Segment(
        id: SegmentID(rawValue: "\(id)-\(index)"), kind: .agent(agent, "201"), startedAt: moment(began))
      segment.answeredAt = moment(began + 1)
      segment.endedAt = moment(began + 10)
      segment.endReason = .callerHungUp
      record.segments.append(segment)
    }
    record.answeredAt = agents.isEmpty ? nil : moment(seconds + 1)
    record.endedAt = moment(seconds + 60)
    record.endReason = .callerHungUp
    return record
  }

  private func found(since seconds: Int64 = 0, limit: Int = 100) async throws -> [String] {
    try await database.lastConversations(since: moment(seconds).wallMilliseconds, limit: limit).map {
      "\($0.caller.number?.canonical ?? "") \($0.customer ?? "-") \($0.agent)"
    }
  }

  @Test func `the last with each caller, the oldest first, within the time and the bound`() async throws {
    let (one, two) = (number("+819011110001"), number("+819011110002"))
    for record in [
      talk("a", at: 0, from: one, with: "anna"), talk("b", at: 1000, from: one, with: "anna", "boris"),
      talk("c", at: 500, from: two, with: "chieko", customer: "c-1"),
    ] {
      try await database.save(record)
    }
    #expect(try await found() == ["+819011110002 c-1 chieko", "+819011110001 - boris"])
    #expect(try await found(since: 501) == ["+819011110001 - boris"])
    #expect(try await found(limit: 1) == ["+819011110001 - boris"])
    let ended = try await database.lastConversations(since: 0).last?.endedAt
    #expect(ended == moment(1020).wallMilliseconds)
    #expect(try await database.lastConversations(since: 0).last?.caller.number?.kind == .mobile)
  }

  @Test func `no talk is whatever nobody answered, lasts, or came without a number or from a shared one`() async throws
  {
    let (missed, open, shared) = (number("+819011110001"), number("+819011110002"), number("+819011110003"))
    var unanswered = talk("a", at: 0, from: missed, with: "anna")
    unanswered.segments[0].answeredAt = nil
    unanswered.answeredAt = nil
    var lasting = talk("b", at: 0, from: open, with: "anna")
    (lasting.segments[0].endedAt, lasting.segments[0].endReason, lasting.endedAt, lasting.endReason) = (
      nil, nil, nil, nil
    )
    // Dialled, and answered by our own agent alone.
    var attempt = talk("c", at: 0, from: number("+819011110004"), with: "anna")
    (attempt.direction, attempt.answeredAt) = (.outbound, nil)
    for id in ["c-1", "c-2"] as [CustomerID] {
      try await database.save(Customer(id: id, name: "山田", numbers: [shared.canonical]))
    }
    for record in [
      unanswered, lasting, attempt, talk("d", at: 0, from: nil, with: "anna"),
      talk("e", at: 0, from: shared, with: "anna", customer: "c-1"),
    ] {
      try await database.save(record)
    }
    #expect(try await found() == [])
  }
}
