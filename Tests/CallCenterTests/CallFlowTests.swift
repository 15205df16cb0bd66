import CallCenter
import Control
import Directory
import Distribution
import History
import Telephony
import TelephonyTesting
import Testing

@Suite struct `One call through the house` {
  private var floor = Floor()

  @Test mutating func `the card pops up before the phone rings, and the two are joined and recorded`() throws {
    floor.customers = ["+81311112222": Customer(id: "c1", name: "山田 太郎")]
    floor.works("anna", at: "desk-1")
    let mark = floor.mark
    let caller = floor.call()
    let order = floor.effects.dropFirst(mark).compactMap { effect -> String? in
      switch effect {
      case .notice(let notice):
        if case .popUp(let popUp) = notice.body { return "popup \(popUp.card)" }
        return nil
      case .engine(.dial): return "dial"
      case .engine(.answer): return "answer"
      default: return nil
      }
    }
    #expect(order == ["popup known", "answer", "dial"] || order == ["answer", "popup known", "dial"])
    let shown = floor.effects.compactMap { if case .engine(.dial(_, _, let shown, _)) = $0 { shown } else { nil } }
    #expect(shown.map(\.displayName) == ["山田 太郎"])
    #expect(floor.links == [AudioLink(from: .music("/music.wav"), to: .leg(caller))])
    let phone = try #require(floor.dialled.first)
    floor.happens(.progressed(phone, status: 180))
    #expect(floor.agent("anna")?.activity == "ringing")
    floor.answers(phone)
    let recording = try #require(floor.recordings.first)
    #expect(
      floor.links == [
        AudioLink(from: .leg(caller), to: .leg(phone)), AudioLink(from: .leg(phone), to: .leg(caller)),
        AudioLink(from: .leg(caller), to: .outside(recording)), AudioLink(from: .leg(phone), to: .agentSide(recording)),
      ])
    floor.hangsUp(caller)
    #expect(floor.legs.isEmpty && floor.links.isEmpty && floor.recordings.isEmpty)
    #expect(floor.agent("anna")?.activity == "acw")
    floor.asks(.agentFinish("anna"))
    #expect(floor.agent("anna")?.activity == "idle")
    let record = try #require(floor.records.values.first)
    #expect(record.endReason == .callerHungUp)
    #expect(record.segments.map(\.endReason) == [.answered, .callerHungUp])
    #expect(record.recordings == [recording])
    #expect(floor.faults.isEmpty)
  }

  @Test mutating func `a directory that does not answer delays the phone to the deadline and no longer`() {
    floor.customers = nil
    floor.works("anna", at: "desk-1")
    _ = floor.call()
    #expect(floor.dialled.isEmpty)
    floor.passes(.milliseconds(150))
    #expect(floor.dialled.count == 1)
    let mark = floor.mark
    floor.customers = [:]
    floor.directoryAnswers()
    let types = floor.notices(from: mark).map(\.body)
    #expect(types.contains { if case .popUpCompleted = $0 { true } else { false } })
  }

  @Test mutating func `a card that may be awaited longer than a phone may be silent costs the phone nothing`() {
    floor = Floor {
      $0.directoryDeadline = .seconds(5)
      $0.distribution.alertingLimit = .seconds(2)
    }
    floor.customers = nil
    floor.works("anna", at: "desk-1")
    _ = floor.call()
    floor.passes(.milliseconds(6_999))
    #expect(floor.dialled.count == 1)
    floor.passes(.milliseconds(1))
    #expect(floor.dialled.isEmpty && floor.agent("anna")?.activity == "unreachable")
  }

  @Test mutating func `whoever waits is taken the moment an agent is free`() throws {
    floor.works("anna", at: "desk-1")
    let first = floor.call()
    floor.answers(try #require(floor.dialled.first))
    let second = floor.call(from: "0322223333")
    #expect(floor.calls.map(\.state) == ["talking", "waiting"])
    floor.hangsUp(first)
    #expect(floor.dialled.isEmpty)
    floor.asks(.agentFinish("anna"))
    floor.answers(try #require(floor.dialled.first))
    #expect(floor.links.contains(AudioLink(from: .leg(second), to: .leg(floor.dialled[0]))))
  }

  @Test mutating func `an agent who does not answer is passed over, and away after two`() throws {
    floor.works("anna", at: "desk-1")
    floor.works("boris", at: "desk-2")
    _ = floor.call()
    floor.happens(.progressed(floor.dialled[0], status: 180))
    floor.passes(.seconds(20))
    #expect(floor.calls.first?.agent == "boris")
    floor.answers(try #require(floor.dialled.first))
    _ = floor.call(from: "0344445555")
    floor.passes(.seconds(6))
    floor.happens(.progressed(try #require(floor.dialled.last), status: 180))
    floor.passes(.seconds(20))
    #expect(floor.agent("anna")?.status == "not_ready")
    #expect(floor.agent("anna")?.reason == "no-answer")
  }

  @Test(arguments: [486, 603, 302, 480, 404, 500, 482]) mutating func `a refused offer goes to the next agent`(
    status: Int
  ) {
    floor.works("anna", at: "desk-1")
    floor.works("boris", at: "desk-2")
    _ = floor.call()
    floor.refuses(floor.dialled[0], status)
    #expect(floor.calls.first?.agent == "boris")
    #expect(floor.dialled.count == 1)
    #expect(floor.agent("anna")?.activity == ([480, 404, 500].contains(status) ? "unreachable" : "idle"))
  }

  @Test mutating func `a caller who leaves while a phone rings stops it, and blames nobody`() {
    floor.works("anna", at: "desk-1")
    let caller = floor.call()
    floor.happens(.progressed(floor.dialled[0], status: 180))
    floor.hangsUp(caller)
    #expect(floor.legs.isEmpty)
    #expect(floor.agent("anna")?.activity == "idle")
    #expect(floor.records.values.first?.endReason == .abandoned)
  }

  @Test mutating func `an answer that crosses the caller's leaving is ended, not joined`() {
    floor.works("anna", at: "desk-1")
    let caller = floor.call()
    let phone = floor.dialled[0]
    floor.hangsUp(caller)
    let mark = floor.mark
    floor.answers(phone)
    #expect(floor.effects.dropFirst(mark).contains(.engine(.end(phone, status: 200, answeredElsewhere: true))))
    #expect(floor.links.isEmpty && floor.calls.isEmpty)
  }

  @Test mutating func `with early media nobody is answered before an agent is`() throws {
    floor.works("boris", at: "desk-2")
    let caller = floor.call("8001")
    #expect(floor.effects.contains(.engine(.openEarlyMedia(caller))))
    #expect(!floor.effects.contains(.engine(.answer(caller))))
    floor.answers(try #require(floor.dialled.first))
    #expect(floor.effects.contains(.engine(.answer(caller))))
    #expect(floor.recordings.isEmpty)
    let contact = try #require(floor.calls.first?.contact)
    floor.asks(.recordingStart(contact))
    #expect(floor.recordings.count == 1)
    floor.asks(.recordingStop(contact))
    #expect(floor.recordings.isEmpty)
  }

  @Test mutating func `while the agent's phone holds, the caller hears music and the recorder no music`() throws {
    floor.works("anna", at: "desk-1")
    let caller = floor.call()
    let phone = floor.dialled[0]
    floor.answers(phone)
    let talking = floor.links
    floor.happens(.held(phone))
    #expect(floor.agent("anna")?.activity == "holding")
    #expect(floor.links.contains(AudioLink(from: .music("/music.wav"), to: .leg(caller))))
    #expect(!floor.links.contains(AudioLink(from: .leg(phone), to: .leg(caller))))
    #expect(!floor.links.contains { if case .music = $0.from { $0.to != .leg(caller) } else { false } })
    floor.happens(.retrieved(phone))
    #expect(floor.links == talking)
  }

  @Test mutating func `an unknown number gets 404, a closed one its announcement, a refused one its status`() {
    let unknown = floor.call("9999")
    #expect(floor.effects.contains(.engine(.end(unknown, status: 404, answeredElsewhere: false))))
    let closed = floor.call("8003")
    #expect(floor.effects.contains(.engine(.play("/closed.wav", to: closed))))
    floor.happens(.announcementFinished(closed))
    #expect(floor.effects.contains(.engine(.end(closed, status: 480, answeredElsewhere: false))))
    floor.refuses(closed, 480)
    let refused = floor.call("8004")
    #expect(floor.effects.contains(.engine(.end(refused, status: 603, answeredElsewhere: false))))
    #expect(floor.records.values.map(\.endReason).contains(.announced))
    #expect(floor.records.values.map(\.endReason).contains(.rejected))
    #expect(floor.calls.isEmpty)
  }

  @Test mutating func `a call of ours that comes back is a loop, and the agent has declined`() throws {
    floor.works("anna", at: "desk-1")
    _ = floor.call()
    let contact = try #require(floor.calls.first?.contact)
    let back = LegID(rawValue: 77)
    floor.legs[back] = false
    floor.happens(
      .arrived(back, Invitation(origin: .trunk("pbx"), called: "8000", from: NameAddress(), contact: contact)))
    #expect(floor.effects.contains(.engine(.end(back, status: 482, answeredElsewhere: false))))
    #expect(floor.agent("anna")?.activity == "idle")
    #expect(floor.dialled.isEmpty && floor.calls.count == 1)
  }

  @Test mutating func `a direct call rings until the agent answers, and is not answered before`() {
    floor.works("anna", at: "desk-1")
    let caller = floor.call("8002")
    #expect(floor.effects.contains(.engine(.ring(caller))))
    #expect(floor.legs[caller] == false)
    floor.answers(floor.dialled[0])
    #expect(floor.legs[caller] == true)
  }

  @Test mutating func `while draining nobody is let in, calls go on, and only emergency calls are dialled`() throws {
    floor.works("anna", at: "desk-1")
    floor.works("boris", at: "desk-2")
    let caller = floor.call()
    floor.answers(floor.dialled[0])
    floor.drains()
    let late = floor.call(from: "0322223333")
    #expect(floor.effects.contains(.engine(.end(late, status: 503, answeredElsewhere: false))))
    #expect(floor.calls.count == 1 && floor.legs[caller] == true)
    guard case .failure(let error) = floor.asks(.callDial("boris", to: "0398765432")) else { throw Missing() }
    #expect(error.kind == .draining)
    guard case .success = floor.asks(.callDial("boris", to: "110")) else { throw Missing() }
    floor.answers(try #require(floor.dialled.last))
    #expect(floor.calls.count == 2 && !floor.flow.isIdle)
  }

  @Test mutating func `once calls are ended none begins any more, so that the end of them comes`() throws {
    floor.works("anna", at: "desk-1")
    _ = floor.call()
    floor.stops()
    // Its INVITE crossed the order to refuse new calls.
    let late = floor.call(from: "0322223333")
    #expect(floor.effects.contains(.engine(.end(late, status: 503, answeredElsewhere: false))))
    #expect(floor.flow.isIdle && floor.records.count == 2)
    #expect(Set(floor.records.values.map(\.endReason)) == [.rejected, .shutdown])
    for number in ["0398765432", "110"] {
      guard case .failure(let error) = floor.asks(.callDial("anna", to: number)) else { throw Missing() }
      #expect(error.kind == .draining && error.message.contains("stopping"))
    }
    floor.drains()
    guard case .failure = floor.asks(.callDial("anna", to: "110")) else { throw Missing() }
    #expect(floor.flow.isIdle)
  }

  @Test mutating func `stopping ends everything with its reason`() {
    floor.works("anna", at: "desk-1")
    _ = floor.call()
    floor.answers(floor.dialled[0])
    _ = floor.call(from: "0322223333")
    floor.stops()
    #expect(floor.legs.isEmpty && floor.recordings.isEmpty)
    #expect(floor.records.values.map(\.endReason) == [.shutdown, .shutdown])
  }
}

@Suite struct `Click to dial` {
  private var floor = Floor()

  private mutating func dial(_ number: String = "0398765432") throws -> LegID {
    floor.works("anna", at: "desk-1")
    let answer = floor.asks(.callDial("anna", to: number))
    guard case .success = answer else { throw ControlError(.internalError, "\(String(describing: answer))") }
    return try #require(floor.dialled.first)
  }

  @Test mutating func `who cannot be rung hears the one cause that holds`() throws {
    func refusal() -> String? {
      guard case .failure(let error) = floor.asks(.callDial("anna", to: "0398765432")) else { return nil }
      return error.message
    }
    #expect(refusal() == "agent 'anna' is logged out: log in first")
    floor.works("anna", at: "desk-1")
    _ = floor.call()
    #expect(refusal() == "agent 'anna' is being offered a call: take it or refuse it first")
    floor.answers(try #require(floor.dialled.first))
    #expect(refusal() == "agent 'anna' is in a call or dials already: finish that call first")
  }

  @Test mutating func `the agent's phone first, then the number, then the two`() throws {
    let phone = try dial()
    #expect(floor.agent("anna")?.activity == "outbound_dialing")
    floor.answers(phone)
    let number = try #require(floor.dialled.last)
    #expect(floor.links == [AudioLink(from: .music("/ringback.wav"), to: .leg(phone))])
    floor.happens(.progressed(number, status: 180))
    floor.answers(number)
    #expect(floor.agent("anna")?.activity == "outbound_talking")
    #expect(floor.links.contains(AudioLink(from: .leg(number), to: .leg(phone))))
    #expect(floor.recordings.count == 1)
    floor.hangsUp(number)
    #expect(floor.legs.isEmpty && floor.agent("anna")?.activity == "acw")
    #expect(floor.records.values.first?.endReason == .callerHungUp)
    #expect(floor.faults.isEmpty)
  }

  @Test mutating func `refused by the agent, busy at the far end, cancelled: each with its reason`() throws {
    floor.refuses(try dial(), 603)
    #expect(floor.records.values.first?.endReason == .declined)
    floor.records = [:]
    floor.answers(try dial())
    floor.refuses(try #require(floor.dialled.last), 486)
    #expect(floor.records.values.first?.endReason == .busy)
    #expect(floor.legs.isEmpty)
    floor.records = [:]
    floor.answers(try dial())
    floor.asks(.callHangUp(try #require(floor.calls.first?.contact)))
    #expect(floor.records.values.first?.endReason == .hungUpByCommand)
    #expect(floor.legs.isEmpty && floor.agent("anna")?.activity == "idle")
  }

  @Test mutating func `closed classes, unknown agents and busy agents are refused with what to do`() throws {
    floor.works("anna", at: "desk-1")
    for (agent, number, kind) in [
      ("anna", "0990123456", ControlError.Kind.refused), ("nobody", "0398765432", .notFound),
      ("anna", "mum", .invalidParameters),
      ("boris", "0398765432", .wrongState),
    ] as [(AgentID, String, ControlError.Kind)] {
      guard case .failure(let error) = floor.asks(.callDial(agent, to: number)) else {
        Issue.record("\(agent) dialled \(number)")
        continue
      }
      #expect(error.kind == kind)
      #expect(error.message.count > 10)
    }
    #expect(floor.legs.isEmpty)
  }
}

extension Floor {
  mutating func stops() {
    let effects = flow.stopped(at: clock.now)
    replay(effects)
  }
}
