import Conversations
import Telephony
import Testing

private typealias Effect = Switchboard.Effect

private let caller = LegID(rawValue: 1)
private let anna = LegID.outgoing(1)
private let ben = LegID.outgoing(2)
private let boss = LegID.outgoing(9)
private let guest = LegID(rawValue: 2)

private func link(_ from: AudioPoint, _ to: AudioPoint) -> AudioLink { AudioLink(from: from, to: to) }
private func both(_ a: LegID, _ b: LegID) -> Set<AudioLink> { [link(.leg(a), .leg(b)), link(.leg(b), .leg(a))] }

@Suite struct `Who hears whom` {
  private var board = Switchboard()

  private mutating func join(_ leg: LegID, _ side: Switchboard.Side, holdMusic: String? = nil) {
    _ = board.partyJoined(leg, in: "c", side: side, holdMusic: holdMusic)
  }

  @Test mutating func `a caller hears music, then the agent; the music stops first`() {
    #expect(
      board.partyWaits(caller, in: "c", side: .outside, hearing: "m.wav") == [
        .link(link(.music("m.wav"), .leg(caller)))
      ])
    #expect(
      board.partyJoined(caller, in: "c", side: .outside, holdMusic: nil)
        == [.unlink(link(.music("m.wav"), .leg(caller)))])
    #expect(
      board.partyJoined(anna, in: "c", side: .agent, holdMusic: "h.wav")
        == [.link(link(.leg(caller), .leg(anna))), .link(link(.leg(anna), .leg(caller)))])
    #expect(board.links == both(caller, anna))
  }

  @Test mutating func `unlinks come before links, each in order`() {
    join(caller, .outside)
    join(anna, .agent, holdMusic: "h.wav")
    let held: [Effect] = [
      .unlink(link(.leg(caller), .leg(anna))), .unlink(link(.leg(anna), .leg(caller))),
      .link(link(.music("h.wav"), .leg(caller))),
    ]
    #expect(board.partyHeld(anna) == held)
  }

  @Test mutating func `while the agent holds, the outside hears her hold music and she hears nothing`() {
    join(caller, .outside)
    join(anna, .agent, holdMusic: "h.wav")
    _ = board.partyHeld(anna)
    #expect(board.links == [link(.music("h.wav"), .leg(caller))])
    #expect(board.partyHeld(anna) == [])
    _ = board.partyRetrieved(anna)
    #expect(board.links == both(caller, anna))
    #expect(board.partyRetrieved(anna) == [])
  }

  @Test mutating func `an outside that holds stays linked, since its PBX may send music`() {
    join(caller, .outside, holdMusic: "h.wav")
    join(anna, .agent, holdMusic: "h.wav")
    #expect(board.partyHeld(caller) == [])
    #expect(board.links == both(caller, anna))
  }

  @Test mutating func `whoever waits hears the sound of the far end instead of music`() {
    _ = board.partyWaits(anna, in: "c", side: .agent, hearing: "m.wav")
    _ = board.earlyMediaOpened(guest, in: "c", side: .outside)
    #expect(board.links == [link(.leg(guest), .leg(anna))])
    _ = board.partyLeft(guest)
    #expect(board.links == [link(.music("m.wav"), .leg(anna))])
  }

  @Test mutating func `sound before the answer ends with the answer, and comes too late after it`() {
    _ = board.partyWaits(anna, in: "c", side: .agent, hearing: nil)
    _ = board.earlyMediaOpened(guest, in: "c", side: .outside)
    join(anna, .agent)
    join(guest, .outside)
    #expect(board.links == both(anna, guest))
    #expect(board.earlyMediaOpened(guest, in: "c", side: .outside) == [])
    #expect(board.links == both(anna, guest))
  }

  @Test mutating func `each side is recorded on its channel while joined, also while held, and music never is`() {
    _ = board.partyWaits(caller, in: "c", side: .outside, hearing: "m.wav")
    #expect(board.recordingBegan("r", of: "c") == [])
    join(caller, .outside)
    join(anna, .agent, holdMusic: "h.wav")
    let channels: Set = [link(.leg(caller), .outside("r")), link(.leg(anna), .agentSide("r"))]
    #expect(board.links == both(caller, anna).union(channels))
    _ = board.partyHeld(anna)
    #expect(board.links == channels.union([link(.music("h.wav"), .leg(caller))]))
    #expect(
      board.recordingEnded("r")
        == [.unlink(link(.leg(caller), .outside("r"))), .unlink(link(.leg(anna), .agentSide("r")))])
    #expect(board.recordingEnded("r") == [])
  }

  @Test mutating func `several agents in one contact all hear each other`() {
    join(caller, .outside)
    join(anna, .agent, holdMusic: "h.wav")
    join(ben, .agent, holdMusic: "b.wav")
    #expect(board.links == both(caller, anna).union(both(caller, ben)).union(both(anna, ben)))
    _ = board.partyHeld(anna)
    #expect(board.links == both(caller, ben))
    _ = board.partyHeld(ben)
    #expect(board.links == [link(.music("h.wav"), .leg(caller))])
  }

  @Test mutating func `contacts do not hear each other`() {
    join(caller, .outside)
    join(anna, .agent)
    _ = board.partyJoined(guest, in: "d", side: .outside, holdMusic: nil)
    _ = board.partyJoined(ben, in: "d", side: .agent, holdMusic: nil)
    #expect(board.links == both(caller, anna).union(both(guest, ben)))
  }

  @Test mutating func `a party that moves to another contact leaves the first`() {
    join(caller, .outside)
    join(anna, .agent)
    _ = board.partyJoined(guest, in: "d", side: .outside, holdMusic: nil)
    _ = board.partyJoined(anna, in: "d", side: .agent, holdMusic: nil)
    #expect(board.links == both(guest, anna))
  }

  @Test mutating func `a hold lasts from waiting into talking`() {
    join(caller, .outside)
    _ = board.partyWaits(anna, in: "c", side: .agent, hearing: nil)
    _ = board.partyHeld(anna)
    join(anna, .agent, holdMusic: "h.wav")
    #expect(board.links == [link(.music("h.wav"), .leg(caller))])
  }

  @Test mutating func `a party that has left is forgotten, and late news of it changes nothing`() {
    join(caller, .outside)
    join(anna, .agent)
    _ = board.partyLeft(anna)
    #expect(board.links == [])
    #expect(board.partyLeft(anna) == [])
    #expect(board.partyHeld(anna) == [])
    #expect(board.partyRetrieved(anna) == [])
    #expect(board.recordingEnded("never") == [])
  }

  @Test mutating func `a recording belongs to the contact that began it`() {
    join(caller, .outside)
    _ = board.partyJoined(guest, in: "d", side: .outside, holdMusic: nil)
    _ = board.recordingBegan("r", of: "c")
    #expect(board.recordingBegan("r", of: "d") == [])
    #expect(board.links == [link(.leg(caller), .outside("r"))])
  }

  @Test mutating func `who talks with a party are the others who are joined, once it is joined itself`() {
    join(caller, .outside)
    join(anna, .agent)
    _ = board.partyWaits(ben, in: "c", side: .agent, hearing: nil)
    #expect(board.partners(of: ben) == [])
    #expect(board.partners(of: caller) == [anna])
    join(ben, .agent)
    #expect(board.partners(of: ben) == [caller, anna].sorted())
  }

  // MARK: Supervisors

  private mutating func talk() {
    join(caller, .outside)
    join(anna, .agent, holdMusic: "h.wav")
    _ = board.recordingBegan("r", of: "c")
  }

  private var talking: Set<AudioLink> {
    both(caller, anna).union([link(.leg(caller), .outside("r")), link(.leg(anna), .agentSide("r"))])
  }
  private var heard: Set<AudioLink> { [link(.leg(caller), .leg(boss)), link(.leg(anna), .leg(boss))] }

  @Test mutating func `each row of the matrix, one after the other`() {
    talk()
    _ = board.supervisorCame(boss, to: "c", mode: .listen)
    #expect(board.links == talking.union(heard))
    #expect(board.supervisorCame(boss, to: "c", mode: .whisper) == [.link(link(.leg(boss), .leg(anna)))])
    #expect(
      board.supervisorCame(boss, to: "c", mode: .barge)
        == [.link(link(.leg(boss), .leg(caller))), .link(link(.leg(boss), .agentSide("r")))])
    let less: [Effect] = [
      .unlink(link(.leg(boss), .leg(caller))), .unlink(link(.leg(boss), .leg(anna))),
      .unlink(link(.leg(boss), .agentSide("r"))),
    ]
    #expect(board.supervisorCame(boss, to: "c", mode: .listen) == less)
    _ = board.partyLeft(boss)
    #expect(board.links == talking)
  }

  @Test mutating func `whom an agent holds, a supervisor hears only when she talks with him`() {
    talk()
    _ = board.supervisorCame(boss, to: "c", mode: .whisper)
    _ = board.partyHeld(anna)
    #expect(!board.links.contains { $0.to == .leg(boss) || $0.from == .leg(boss) })
    #expect(board.links.contains(link(.music("h.wav"), .leg(caller))))
    _ = board.supervisorCame(boss, to: "c", mode: .barge)
    #expect(board.links.isSuperset(of: both(caller, boss)))
    #expect(!board.links.contains { $0.from == .music("h.wav") || $0.to == .leg(anna) })
  }

  @Test mutating func `a supervisor who takes over is an agent, and her phone may hold`() {
    talk()
    _ = board.supervisorCame(boss, to: "c", mode: .listen)
    join(boss, .agent, holdMusic: "h.wav")
    _ = board.partyLeft(anna)
    #expect(board.links.isSuperset(of: both(caller, boss)))
    #expect(board.links.contains(link(.leg(boss), .agentSide("r"))))
    _ = board.partyHeld(boss)
    #expect(board.links.contains(link(.music("h.wav"), .leg(caller))))
  }

  @Test(arguments: SupervisorRecording.allCases)
  mutating func `what a supervisor says is recorded where it is wanted, and never on the left`(
    recorded: SupervisorRecording
  ) {
    board = Switchboard(settings: .init(recorded: recorded))
    talk()
    if recorded == .separate { _ = board.supervisorRecordingBegan("r-s", of: "c") }
    func channels() -> Set<AudioPoint> {
      Set(board.links.filter { $0.from == .leg(boss) }.map(\.to)).subtracting([.leg(caller), .leg(anna)])
    }
    let own: Set<AudioPoint> = recorded == .separate ? [.supervisor("r-s")] : []
    _ = board.supervisorCame(boss, to: "c", mode: .listen)
    #expect(channels() == [])
    _ = board.supervisorCame(boss, to: "c", mode: .whisper)
    #expect(channels() == own)
    _ = board.supervisorCame(boss, to: "c", mode: .barge)
    #expect(channels() == own.union(recorded == .none ? [] : [.agentSide("r")]))
    #expect(board.links.filter { $0.to == .supervisor("r-s") }.allSatisfy { $0.from == .leg(boss) })
    _ = board.recordingEnded("r-s")
    #expect(!board.links.contains { $0.to == .supervisor("r-s") })
  }

  @Test mutating func `where it is wanted, an agent beside whom a supervisor is hears the beep, and nobody else`() {
    board = Switchboard(settings: .init(beeps: true))
    talk()
    let beep = link(.beep, .leg(anna))
    #expect(!board.links.contains(beep))
    for mode in [MonitorMode.listen, .whisper, .barge] {
      _ = board.supervisorCame(boss, to: "c", mode: mode)
      #expect(board.links.filter { $0.from == .beep } == [beep])
    }
    _ = board.partyHeld(anna)
    #expect(!board.links.contains(beep))
    _ = board.partyRetrieved(anna)
    #expect(board.partyLeft(boss).contains(.unlink(beep)))
  }

  @Test mutating func `supervisors hear whoever barges, and nobody's whisper`() {
    talk()
    _ = board.supervisorCame(boss, to: "c", mode: .listen)
    _ = board.supervisorCame(ben, to: "c", mode: .whisper)
    #expect(!board.links.contains(link(.leg(ben), .leg(boss))))
    _ = board.supervisorCame(ben, to: "c", mode: .barge)
    #expect(board.links.contains(link(.leg(ben), .leg(boss))))
    #expect(!board.links.contains { $0.from == .leg(boss) })
  }
}
