import CSIPBridge
import Foundation
import Testing

extension `A call through the bridge` {
  @Test func `a caller who gives up while it rings ends the leg with 487`() throws {
    let bench = try Bench()
    _ = try bench.call("caller-cancels")
    let leg = try bench.wait(for: SIP_ARRIVED).leg
    #expect(bench.ring(leg) == SIP_OK)
    let over = try bench.wait(for: SIP_ENDED)
    #expect(over == Told(kind: SIP_ENDED, leg: leg, status: 487, byPeer: true))
    #expect(bench.answer(leg) == SIP_NO_SUCH_LEG)
    #expect(bench.stop() == [0])
    #expect(bench.rest == [])
  }

  @Test func `a refused caller gets the status, and the leg ends once`() throws {
    let bench = try Bench()
    _ = try bench.call("caller-is-refused")
    let leg = try bench.wait(for: SIP_ARRIVED).leg
    #expect(bench.end(leg, 480) == SIP_OK)
    #expect(try bench.wait(for: SIP_ENDED) == Told(kind: SIP_ENDED, leg: leg, status: 480))
    #expect(bench.stop() == [0])
    #expect(bench.rest == [])
  }

  @Test(arguments: [("agent-is-busy", Int32(486)), ("agent-forwards", Int32(302))])
  func `an agent who refuses ends the leg with the status, and nothing is followed`(
    scenario: String, status: Int32
  ) throws {
    let bench = try Bench()
    _ = try bench.agent(scenario)
    let leg = try bench.dial("1001")
    #expect(try bench.wait(for: SIP_ENDED) == Told(kind: SIP_ENDED, leg: leg, status: status, byPeer: true))
    #expect(bench.stop() == [0])
    #expect(bench.rest == [])
  }

  @Test func `a dialled leg that is given up while it rings is cancelled with the reason`() throws {
    let bench = try Bench()
    let agent = try bench.agent("agent-rings")
    let leg = try bench.dial("1001", isPrivate: true)
    _ = try bench.wait(for: SIP_PROGRESSED, of: leg)
    #expect(bench.end(leg, 408, reason: "SIP;cause=200;text=\"Call completed elsewhere\"") == SIP_OK)
    #expect(try bench.wait(for: SIP_ENDED) == Told(kind: SIP_ENDED, leg: leg, status: 408))
    #expect(bench.stop() == [0])
    #expect(bench.rest == [])
    #expect(agent.received.contains { $0.contains("CANCEL sip:") && $0.contains("Reason: SIP;cause=200") })
    let invite = try #require(agent.received.first { $0.contains("INVITE sip:") })
    #expect(invite.contains("From: \"Anonymous\" <sip:anonymous@anonymous.invalid>"))
    #expect(invite.contains("\nPrivacy: id"))
    #expect(invite.contains("P-Asserted-Identity: ") && invite.contains("<sip:+81312345678@pbx.example>"))
  }

  @Test func `an answer that crosses the CANCEL is acknowledged and hung up, and told as one end`() throws {
    let bench = try Bench()
    _ = try bench.agent("agent-answers-too-late")
    let leg = try bench.dial("1001")
    _ = try bench.wait(for: SIP_PROGRESSED, of: leg)
    #expect(bench.end(leg, 487) == SIP_OK)
    #expect(try bench.wait(for: SIP_ENDED) == Told(kind: SIP_ENDED, leg: leg, status: 487))
    #expect(bench.stop() == [0])
    #expect(bench.rest == [])
  }

  @Test func `a dial to nobody ends once, as an event or as a return code`() throws {
    let bench = try Bench()
    let leg = try bench.dial("1001")
    #expect(bench.end(leg, 487) == SIP_OK)
    #expect(try bench.wait(for: SIP_ENDED).leg == leg)
    #expect(bench.stop() == [])
    #expect(bench.rest == [])
  }

  @Test func `a caller who never acknowledges is hung up and was not answered`() throws {
    let bench = try Bench()
    _ = try bench.call("caller-does-not-acknowledge")
    let leg = try bench.wait(for: SIP_ARRIVED).leg
    #expect(bench.answer(leg) == SIP_OK)
    #expect(try bench.wait(for: SIP_ENDED) == Told(kind: SIP_ENDED, leg: leg, status: 408))
    #expect(bench.stop() == [0])
    #expect(bench.rest == [])
  }

  @Test func `stopping the engine ends every leg once, seals recordings, and another engine starts`() throws {
    for _ in 0..<2 {
      let bench = try Bench()
      _ = try bench.call("caller-waits-for-bye")
      let leg = try bench.wait(for: SIP_ARRIVED).leg
      let name = "stopped-\(leg)-\(UInt32.random(in: 0...UInt32.max)).wav"
      #expect(bench.record(1, as: name) == SIP_OK)
      #expect(bench.link(leg, sip_recording_point(1, 0)) == SIP_OK)
      #expect(bench.answer(leg) == SIP_OK)
      _ = try bench.wait(for: SIP_ANSWERED, of: leg)
      bench.stopAtOnce()
      #expect(bench.rest.filter { $0.kind == SIP_ENDED }.map(\.leg) == [leg])
      #expect(bench.stop() == [0])
      #expect(try Data(contentsOf: URL(filePath: "\(bench.folder)/\(name)")).count >= 44)
    }
  }

  @Test func `a dialled leg of which nothing but 100 is heard in time is given up and cancelled`() throws {
    let bench = try Bench(unansweredSeconds: 1)
    _ = try bench.agent("agent-tries")
    let leg = try bench.dial("1001")
    #expect(try bench.wait(for: SIP_ENDED) == Told(kind: SIP_ENDED, leg: leg, status: 408))
    #expect(bench.stop() == [0])
  }

  @Test func `a dialled leg that rings is not given up, while one of which nothing is heard is`() throws {
    let bench = try Bench(unansweredSeconds: 5)
    _ = try bench.agent("agent-rings")
    let ringing = try bench.dial("1001")
    _ = try bench.wait(for: SIP_PROGRESSED, of: ringing)
    // Dialled later, and given up: so the time of the one that rings is over, too.
    let silent = try bench.dial("1002", by: "silent")
    #expect(try bench.wait(for: SIP_ENDED, of: silent) == Told(kind: SIP_ENDED, leg: silent, status: 408))
    #expect(bench.end(ringing, 487) == SIP_OK)
    #expect(try bench.wait(for: SIP_ENDED, of: ringing) == Told(kind: SIP_ENDED, leg: ringing, status: 487))
    #expect(bench.stop() == [0])
    #expect(bench.rest == [])
  }

  @Test func `a dial beyond the slots is refused by its return code alone`() throws {
    let bench = try Bench(maxLegs: 1)
    let leg = try bench.dial("1001")
    #expect(bench.tryToDial(1 << 63 | 77, by: "pbx", "1002") == SIP_EXHAUSTED)
    #expect(bench.tryToDial(1 << 63 | 77, by: "nobody", "1002") == SIP_INVALID)
    #expect(bench.tryToDial(77, by: "pbx", "1002") == SIP_INVALID)
    #expect(bench.tryToDial(leg, by: "pbx", "1002") == SIP_INVALID)
    #expect(bench.end(leg, 487) == SIP_OK)
    #expect(bench.stop() == [])
    #expect(bench.rest.map(\.leg) == [leg])
  }

  @Test func `numbers of legs that are out of range or gone are refused`() throws {
    let bench = try Bench()
    #expect(bench.answer(99) == SIP_NO_SUCH_LEG)
    #expect(bench.end(1 << 63 | 99) == SIP_NO_SUCH_LEG)
    #expect(bench.link(1, 2) == SIP_NO_SUCH_LEG)
    #expect(bench.end(1, 0, reason: "x\r\nEvil: y") == SIP_INVALID)
    #expect(bench.record(0, as: "a.wav") == SIP_INVALID)
    #expect(bench.record(1, as: "../a.wav") == SIP_INVALID)
    #expect(bench.openMusic(5, path: "/dev/null") == SIP_INVALID)
    #expect(bench.openMusic(1 << 62 | 1, path: "/nonexistent.wav") == SIP_FILE)
    #expect(bench.stop() == [])
    #expect(bench.answer(1) == SIP_STOPPED)
  }
}
