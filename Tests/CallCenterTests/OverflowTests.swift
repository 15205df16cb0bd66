import Control
import Dialing
import Distribution
import Entries
import History
import Recordings
import Telephony
import TelephonyTesting
import Testing

@testable import CallCenter

@Suite struct `Callers whom a queue does not keep` {
  private var floor = Floor()

  /// Support keeps nobody for longer than ten seconds, and takes two at most.
  private static func office(
    _ target: OverflowTarget?, change: (inout CallFlowSettings) -> Void = { _ in }
  ) -> Floor {
    Floor { settings in
      settings.distribution.queues[0].longestWait = .seconds(10)
      settings.distribution.queues[0].longestLine = 2
      settings.distribution.queues[0].overflow.afterLongestWait = target
      settings.distribution.queues[0].overflow.whenFull = target
      settings.queues["sales"]?.music = "/sales.wav"
      settings.queues["support"]?.greeting = "/support-greeting.wav"
      settings.queues["sales"]?.greeting = "/sales-greeting.wav"
      change(&settings)
    }
  }

  private func story(from mark: Int = 0) -> [String] {
    floor.notices(from: mark).compactMap { notice in
      switch notice.body {
      case .contactOverflowed(let kind, let to, let reason): "\(notice.queue ?? "none") > \(kind) \(to): \(reason)"
      case .contactQueued: "in \(notice.queue ?? "none")"
      case .contactConnected: "connected \(notice.agent ?? "nobody")"
      case .contactDialing(let number): "dials \(number)"
      case .contactEnded(let reason, let stage): reason + (stage.map { " at \($0)" } ?? "")
      default: nil
      }
    }
  }

  private func orders(from mark: Int = 0, to leg: LegID) -> [CallFlow.EngineCommand] {
    floor.effects.dropFirst(mark).compactMap { effect in
      guard case .engine(let command) = effect else { return nil }
      switch command {
      case .ring(leg), .openEarlyMedia(leg), .answer(leg), .play(_, to: leg), .end(leg, _, _): return command
      default: return nil
      }
    }
  }

  private var segments: [String] {
    floor.records.values.flatMap(\.segments).map { segment in
      let name =
        switch segment.kind {
        case .queue(let queue): queue.rawValue
        case .agent(let agent, _): agent.rawValue
        case .announcement(let file): file
        case .number(let number): number.display
        }
      return "\(name) \(segment.endReason?.rawValue ?? "open")"
    }
  }

  @Test mutating func `to another queue: a new visit, its music and its greeting, and its agents`() throws {
    floor = Self.office(.queue("sales"))
    let caller = floor.call()
    floor.passes(.seconds(10))
    #expect(story() == ["in support", "support > queue sales: waited_too_long", "in sales"])
    #expect(floor.links == [AudioLink(from: .music("/sales.wav"), to: .leg(caller))])
    // One greeting after the other.
    #expect(orders(to: caller) == [.answer(caller), .play("/support-greeting.wav", to: caller)])
    floor.happens(.announcementFinished(caller))
    #expect(orders(to: caller).last == .play("/sales-greeting.wav", to: caller) && orders(to: caller).count == 3)
    #expect(floor.calls.first?.queue == "sales")
    floor.works("boris", at: "desk-2")
    floor.answers(try #require(floor.dialled.first))
    #expect(story().last == "connected boris")
    // Sales records on demand.
    #expect(floor.recordings.isEmpty)
    floor.hangsUp(caller)
    #expect(segments == ["support waited_too_long", "sales answered", "boris caller_hung_up"])
    #expect(floor.faults.isEmpty && floor.chronicle.faults.isEmpty)
  }

  @Test mutating func `a queue that takes nobody neither answers nor greets, and goes on to the next`() throws {
    floor = Self.office(.queue("sales"))
    _ = floor.call(from: "0311110001")
    _ = floor.call(from: "0311110002")
    let (mark, caller) = (floor.mark, floor.call(from: "0311110003"))
    #expect(story(from: mark) == ["in support", "support > queue sales: full", "in sales"])
    // Sales answers when an agent does.
    #expect(orders(to: caller) == [.openEarlyMedia(caller), .play("/sales-greeting.wav", to: caller)])
    #expect(floor.links.contains(AudioLink(from: .music("/sales.wav"), to: .leg(caller))))
  }

  @Test mutating func `of several queues that take nobody none greets`() {
    floor = Self.office(.queue("sales")) { settings in
      settings.distribution.queues[0].longestLine = 0
      settings.distribution.queues[1].longestLine = 0
      settings.distribution.queues[1].overflow.whenFull = .announcement("/busy.wav")
    }
    let caller = floor.call()
    #expect(
      story() == ["in support", "support > queue sales: full", "in sales", "sales > announcement /busy.wav: full"])
    #expect(orders(to: caller) == [.openEarlyMedia(caller), .play("/busy.wav", to: caller)])
  }

  @Test mutating func `a full queue without a way out is busy, and says so before anybody is charged`() {
    floor = Self.office(nil)
    _ = floor.call(from: "0311110001")
    _ = floor.call(from: "0311110002")
    let (mark, caller) = (floor.mark, floor.call(from: "0311110003"))
    #expect(orders(to: caller) == [.end(caller, status: 486, answeredElsewhere: false)])
    #expect(story(from: mark) == ["in support", "busy"])
  }

  @Test mutating func `where two queues lead to each other, a caller is given up, and never goes in circles`() {
    floor = Self.office(.queue("sales")) { settings in
      settings.distribution.queues[1].longestLine = 0
      settings.distribution.queues[1].overflow.whenFull = .queue("support")
    }
    let caller = floor.call("8001")
    #expect(story() == ["in sales", "sales > queue support: full", "in support"])
    floor.passes(.seconds(10))
    #expect(story().last == "waited_too_long" && floor.calls.isEmpty)
    #expect(orders(to: caller).last == .end(caller, status: 480, answeredElsewhere: false))
  }

  @Test mutating func `to an agent, who is rung as for a call of her own, while the caller hears what he heard`() throws
  {
    floor = Self.office(.agent("chieko")) { $0.queues["support"]?.recording = .never }
    floor.asks(.agentLogIn("chieko", "desk-3"))
    let caller = floor.call()
    floor.passes(.seconds(10))
    #expect(floor.links == [AudioLink(from: .music("/music.wav"), to: .leg(caller))])
    floor.asks(.agentSetStatus("chieko", .ready))
    floor.answers(try #require(floor.dialled.first))
    #expect(story().dropFirst() == ["support > agent chieko: waited_too_long", "connected chieko"])
    // What the queue says of recordings holds for whoever called it.
    #expect(floor.recordings.isEmpty)
    floor.hangsUp(caller)
    #expect(segments == ["support waited_too_long", "chieko caller_hung_up"] && floor.chronicle.faults.isEmpty)
  }

  @Test mutating func `to an agent: from then on it is in no queue, and its place there cannot be changed`() throws {
    floor = Self.office(.agent("chieko"))
    floor.works("chieko", at: "desk-3")
    floor.asks(.agentSetStatus("chieko", .away(reason: "lunch")))
    let caller = floor.call()
    let contact = try #require(floor.calls.first?.contact)
    guard case .success? = floor.asks(.contactSetPriority(contact, 3)) else { throw Missing() }
    floor.passes(.seconds(10))
    #expect(floor.calls.first?.queue == nil)
    let mark = floor.mark
    guard case .failure(let error)? = floor.asks(.contactSetPriority(contact, 3)) else { throw Missing() }
    #expect(error.kind == .wrongState && error.message.contains("does not wait in a queue"))
    floor.asks(.agentSetStatus("chieko", .ready))
    floor.answers(try #require(floor.dialled.first))
    floor.hangsUp(caller)
    let told = floor.notices(from: mark).filter { $0.contact == contact && $0.body.type.hasPrefix("contact.") }
    #expect(told.map(\.body.type) == ["contact.offered", "contact.connected", "contact.ended"])
    #expect(told.allSatisfy { $0.queue == nil })
  }

  @Test mutating func `phones that ring when it must go on have lost it as nobody's fault`() throws {
    floor = Self.office(.queue("sales"))
    floor.works("anna", at: "desk-1")
    let caller = floor.call()
    let phone = floor.dialled[0]
    floor.happens(.progressed(phone, status: 180))
    floor.passes(.seconds(10))
    #expect(floor.notices().contains { $0.body == .contactOfferEnded(reason: "withdrawn") && $0.agent == "anna" })
    #expect(floor.effects.contains(.engine(.end(phone, status: 487, answeredElsewhere: false))))
    #expect(floor.agent("anna")?.offers?.ended.filter { $0.value > 0 } == ["withdrawn": 1])
    floor.hangsUp(caller)
    #expect(segments == ["support waited_too_long", "anna withdrawn", "sales abandoned"])
    #expect(floor.faults.isEmpty && floor.chronicle.faults.isEmpty)
  }

  @Test(arguments: [("0398765432", false), ("1840398765432", true)])
  mutating func `a number that is configured with 184 in front is not shown ours`(number: String, isPrivate: Bool) {
    floor = Self.office(.number(number))
    _ = floor.call()
    floor.passes(.seconds(10))
    let shown = floor.effects.compactMap { if case .engine(.dial(_, _, let shown, _)) = $0 { shown } else { nil } }
    #expect(shown == [PresentedCaller(number: "0312345678", isPrivate: isPrivate)])
  }

  @Test mutating func `to an agent from a queue that took nobody: the caller's phone rings`() {
    floor = Self.office(.agent("chieko")) { $0.distribution.queues[0].longestLine = 0 }
    floor.works("chieko", at: "desk-3")
    let caller = floor.call()
    #expect(orders(to: caller) == [.ring(caller)] && floor.legs[caller] == false)
    floor.answers(floor.dialled[0])
    #expect(floor.legs[caller] == true)
  }

  @Test mutating func `to an announcement: the music stops, and the call ends when it was heard`() {
    floor = Self.office(.announcement("/later.wav")) { $0.queues["support"]?.greeting = nil }
    let caller = floor.call()
    floor.passes(.seconds(10))
    #expect(floor.links.isEmpty && floor.calls.map(\.state) == ["announcing"])
    #expect(orders(to: caller) == [.answer(caller), .play("/later.wav", to: caller)])
    floor.works("anna", at: "desk-1")
    #expect(floor.dialled.isEmpty)
    floor.happens(.announcementFinished(caller))
    #expect(story().dropFirst() == ["support > announcement /later.wav: waited_too_long", "announced"])
    #expect(segments == ["support waited_too_long", "/later.wav announced"])
    #expect(floor.legs.isEmpty && floor.faults.isEmpty && floor.chronicle.faults.isEmpty)
  }

  @Test mutating func `who was not answered hears the announcement all the same, and then the reason`() {
    floor = Self.office(.announcement("/busy.wav")) { $0.distribution.queues[0].longestLine = 0 }
    let caller = floor.call()
    floor.happens(.announcementFinished(caller))
    #expect(
      orders(to: caller) == [
        .openEarlyMedia(caller), .play("/busy.wav", to: caller), .end(caller, status: 486, answeredElsewhere: false),
      ])
  }

  @Test mutating func `the end of the greeting is not that of the announcement`() {
    floor = Self.office(.announcement("/later.wav"))
    let caller = floor.call()
    floor.passes(.seconds(10))
    #expect(orders(to: caller).last == .play("/support-greeting.wav", to: caller))
    floor.happens(.announcementFinished(caller))
    #expect(floor.calls.map(\.state) == ["announcing"])
    #expect(orders(to: caller).last == .play("/later.wav", to: caller))
    floor.happens(.announcementFinished(caller))
    #expect(floor.calls.isEmpty)
  }

  @Test mutating func `a greeting whose turn has not come is not heard once its queue has sent him on`() {
    floor = Self.office(.queue("sales")) { settings in
      settings.distribution.queues[1].longestWait = .seconds(5)
      settings.distribution.queues[1].overflow.afterLongestWait = .number("0398765432")
    }
    let caller = floor.call()
    floor.passes(.seconds(15))
    #expect(floor.calls.map(\.state) == ["dialing"])
    floor.happens(.announcementFinished(caller))
    #expect(orders(to: caller).last == .play("/support-greeting.wav", to: caller))
  }

  @Test mutating func `a greeting whose turn has not come is not heard in the conversation`() throws {
    floor = Self.office(.queue("sales"))
    let caller = floor.call()
    floor.passes(.seconds(10))
    floor.works("boris", at: "desk-2")
    floor.answers(try #require(floor.dialled.first))
    floor.happens(.announcementFinished(caller))
    #expect(orders(to: caller).last == .play("/support-greeting.wav", to: caller))
  }

  @Test mutating func `to a number: dialled by the trunk, joined when it answers, recorded as the queue says`() throws {
    floor = Self.office(.number("0398765432"))
    let caller = floor.call()
    floor.passes(.seconds(10))
    let number = try #require(floor.dialled.first)
    let dials = floor.effects.compactMap {
      if case .engine(.dial(_, let to, let shown, _)) = $0 { (to, shown) } else { nil }
    }
    #expect(dials.map(\.0) == [.trunk("pbx", try Floor.read("0398765432").get().number)])
    #expect(dials.map(\.1) == [PresentedCaller(number: "0312345678")])
    #expect(floor.links == [AudioLink(from: .music("/ringback.wav"), to: .leg(caller))])
    #expect(floor.calls.map(\.state) == ["dialing"])
    floor.happens(.progressed(number, status: 180))
    floor.happens(.progressed(number, status: 183))
    #expect(floor.links == [AudioLink(from: .leg(number), to: .leg(caller))])
    floor.answers(number)
    let recording = try #require(floor.recordings.first)
    #expect(
      floor.links == [
        AudioLink(from: .leg(caller), to: .leg(number)), AudioLink(from: .leg(number), to: .leg(caller)),
        AudioLink(from: .leg(caller), to: .outside(recording)),
        AudioLink(from: .leg(number), to: .agentSide(recording)),
      ])
    #expect(floor.calls.map(\.state) == ["talking"] && floor.records.values.first?.answeredAt != nil)
    floor.happens(.pressed(caller, digit: "1"))
    #expect(floor.effects.contains(.engine(.press("1", on: number))))
    floor.hangsUp(caller)
    #expect(
      story() == [
        "in support", "support > number 0398765432: waited_too_long", "dials 0398765432", "connected nobody",
        "caller_hung_up",
      ])
    #expect(segments == ["support waited_too_long", "0398765432 caller_hung_up"])
    #expect(floor.legs.isEmpty && floor.recordings.isEmpty && floor.flow.isIdle)
    #expect(floor.faults.isEmpty && floor.chronicle.faults.isEmpty)
  }

  @Test mutating func `a number that hangs up ends the call, and one that holds lets the caller hear music`() throws {
    floor = Self.office(.number("0398765432"))
    let caller = floor.call()
    floor.passes(.seconds(10))
    let number = try #require(floor.dialled.first)
    floor.answers(number)
    floor.happens(.held(number))
    #expect(floor.links.contains(AudioLink(from: .music("/music.wav"), to: .leg(caller))))
    floor.happens(.retrieved(number))
    floor.hangsUp(number)
    #expect(story().last == "agent_hung_up" && floor.legs.isEmpty && floor.chronicle.faults.isEmpty)
  }

  @Test(arguments: [(486, "busy", 486), (404, "not_found", 404), (603, "declined", 603), (480, "unreachable", 480)])
  mutating func `a number that refuses ends the call with its reason`(status: Int, word: String, told: Int) throws {
    floor = Self.office(.number("0398765432")) { $0.distribution.queues[0].longestLine = 0 }
    let caller = floor.call()
    floor.refuses(try #require(floor.dialled.first), status)
    #expect(story().last == word && floor.legs.isEmpty)
    #expect(orders(to: caller) == [.ring(caller), .end(caller, status: told, answeredElsewhere: false)])
  }

  @Test mutating func `a number that nobody answers, and one that is our own again, end it too`() throws {
    floor = Self.office(.number("0398765432"))
    _ = floor.call()
    floor.passes(.seconds(69))
    #expect(floor.calls.map(\.state) == ["dialing"])
    floor.passes(.seconds(1))
    #expect(story().last == "no_answer" && floor.legs.isEmpty)
    _ = floor.call()
    floor.passes(.seconds(10))
    let contact = try #require(floor.calls.first?.contact)
    let back = LegID(rawValue: 77)
    floor.legs[back] = false
    floor.happens(
      .arrived(back, Invitation(origin: .trunk("pbx"), called: "8000", from: NameAddress(), contact: contact)))
    #expect(orders(to: back) == [.end(back, status: 482, answeredElsewhere: false)])
    #expect(story().last == "declined" && floor.legs.isEmpty && floor.faults.isEmpty)
  }

  @Test mutating func `the caller who leaves stops the number from ringing; a command and the daemon's end do, too`()
    throws
  {
    for way in 0..<3 {
      floor = Self.office(.number("0398765432"))
      let caller = floor.call()
      floor.passes(.seconds(10))
      let number = try #require(floor.dialled.first)
      let mark = floor.mark
      switch way {
      case 0: floor.hangsUp(caller)
      case 1: floor.asks(.callHangUp(try #require(floor.calls.first?.contact)))
      default: floor.stops()
      }
      #expect(
        floor.effects.dropFirst(mark).contains(.engine(.end(number, status: 487, answeredElsewhere: false))))
      #expect(story().last == ["abandoned", "hung_up_by_command", "shutdown"][way])
      // Her answer crosses it.
      floor.answers(number)
      #expect(floor.links.isEmpty && floor.flow.isIdle && floor.legs.isEmpty)
      #expect(floor.clock.pending.isEmpty && floor.faults.isEmpty && floor.chronicle.faults.isEmpty)
    }
  }

  @Test(arguments: ["110", "0990123456", "mum"]) mutating func `no caller is sent on to what may not be dialled`(
    number: String
  ) {
    floor = Self.office(.number(number))
    let caller = floor.call()
    floor.passes(.seconds(10))
    #expect(floor.dialled.isEmpty && floor.legs[caller] == nil && story().last == "rejected")
    let lines = floor.effects.compactMap { if case .log(let line) = $0 { line } else { nil } }
    #expect(lines.contains { $0.level == .error && $0.fields.contains { $0.name == "why" } })
  }

  @Test mutating func `a number that leads back to us without our header ends after some rounds`() throws {
    floor = Self.office(.number("0398765432")) { $0.distribution.queues[0].longestLine = 0 }
    _ = floor.call()
    // What the network makes of each call that goes out: a new one, from the number that we showed.
    var rounds = 0
    while rounds < 50, floor.dialled.count > rounds {
      rounds += 1
      _ = floor.call(from: "0312345678")
    }
    #expect(rounds == 1 + Dialer.mostFromOneNumber && floor.dialled.count == rounds)
    #expect(story().last == "rejected")
    let lines = floor.effects.compactMap { if case .log(let line) = $0 { line } else { nil } }
    #expect(lines.contains { $0.fields.contains { $0.name == "why" && $0.value.contains("back to us") } })
    // Somebody else goes there all the same, and so do many of one firm, who show one number of their own.
    for index in 1...20 {
      _ = floor.call(from: "0377778888")
      #expect(floor.dialled.count == rounds + index)
    }
  }
}
