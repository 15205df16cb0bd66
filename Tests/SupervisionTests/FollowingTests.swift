import Supervision
import Telephony
import Testing

@Suite struct `Staying with an agent who has several calls` {
  private var booth = Booth()

  private func heard(by id: MonitorID = "m") -> ContactID? { booth.desk.monitors.first { $0.id == id }?.contact }

  @Test mutating func `the monitor goes where she goes, and listens first each time`() throws {
    _ = booth.talks("one")
    #expect(try booth.listens(mode: .whisper).placed == [.listen, .whisper])
    // Her phone holds the first call for the second.
    #expect(booth.holds("one").isEmpty)
    let second = booth.talks("two")
    #expect(second.first == .withdraw("m") && second.placed == [.listen] && heard() == "two")
    // And goes back to the first.
    #expect(booth.holds("two").isEmpty && heard() == "two")
    let first = booth.retrieves("one")
    #expect(first.first == .withdraw("m") && first.placed == [.listen] && heard() == "one")
    #expect(first.rows.map(\.contact) == ["one"] && first.rows.map(\.action) == [.placed])
  }

  @Test mutating func `a monitor that begins while she has two calls hears the one that she is in`() throws {
    _ = booth.talks("one")
    _ = booth.talks("two")
    _ = booth.holds("two")
    #expect(try booth.listens().placed == [.listen])
    #expect(heard() == "one")
  }

  @Test mutating func `with the end of one of her calls it is the other one, held or not`() throws {
    _ = booth.talks("one")
    _ = booth.holds("one")
    _ = booth.talks("two")
    _ = try booth.listens()
    #expect(heard() == "two")
    #expect(booth.write(booth.desk.contactEnded("two", at: booth.now)).placed == [.listen])
    #expect(heard() == "one")
  }

  @Test mutating func `who goes with a contact stays there`() throws {
    _ = booth.talks("one")
    _ = try booth.listens(follow: .contact)
    _ = booth.holds("one")
    #expect(booth.talks("two").isEmpty)
    #expect(heard() == "one")
  }

  @Test mutating func `holding twice, and what is not there, is nothing`() throws {
    _ = booth.talks("one")
    _ = booth.talks("two")
    _ = try booth.listens()
    #expect(!booth.holds("two").isEmpty)
    #expect(booth.holds("two").isEmpty && booth.holds("none").isEmpty && booth.retrieves("one").isEmpty)
  }

  @Test mutating func `whoever takes a held call over is in it`() throws {
    _ = booth.talks("one")
    _ = booth.holds("one")
    _ = booth.talks("own", "boss")
    _ = try booth.listens(mode: .barge)
    let over = try booth.desk.takeOverAsked(by: "boss", user: 1000, at: booth.now).get()
    _ = booth.write(over)
    // She has two now, and whoever stays with her hears the one that her phone does not hold.
    _ = booth.holds("own")
    #expect(try booth.listens("other", .agent("boss"), as: "n").placed == [.listen])
    #expect(heard(by: "n") == "one")
  }
}
