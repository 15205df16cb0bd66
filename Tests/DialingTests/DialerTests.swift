import Dialing
import Telephony
import TelephonyTesting
import Testing

private let number = PhoneNumber(canonical: "+81312345678", display: "03-1234-5678", kind: .fixed)
private let contact: ContactID = "c"
private let ring: Dialer.Timer = .ringing(contact)
private func unanswered(_ status: Int) -> LegEnd { LegEnd(status: status, byPeer: true, wasAnswered: false) }
private let hungUp = LegEnd(status: 200, byPeer: true, wasAnswered: true)

@Suite struct `Click to dial` {
  private var dialer = Dialer(settings: Dialer.Settings())
  private var now = ManualClock<Dialer.Timer>().now

  private mutating func request() -> [Dialer.Effect] {
    dialer.dialRequested(contact, by: "anna", number: number, trunk: "out", at: now)
  }
  private mutating func reachNumber() {
    _ = request()
    _ = dialer.agentAnswered(contact, at: now)
  }
  private mutating func reachConversation() {
    reachNumber()
    _ = dialer.numberAnswered(contact, at: now)
  }

  @Test mutating func `the agent's phone rings first, then the number, then the two are joined`() {
    #expect(request() == [.ringAgent(contact, "anna"), .startTimer(ring, .seconds(20))])
    #expect(
      dialer.agentAnswered(contact, at: now)
        == [.cancelTimer(ring), .dialNumber(contact, number, by: "out"), .startTimer(ring, .seconds(60))])
    #expect(dialer.numberAnswered(contact, at: now) == [.cancelTimer(ring), .join(contact, "anna")])
    #expect(dialer.knows(contact))
  }

  @Test mutating func `a phone that dials by itself is there already, and hears what the number's network says`() {
    #expect(
      dialer.phoneDialled(contact, by: nil, number: number, trunk: "out", at: now)
        == [.dialNumber(contact, number, by: "out"), .startTimer(ring, .seconds(60))])
    #expect(dialer.phoneDialled(contact, by: nil, number: number, trunk: "out", at: now).isEmpty)
    #expect(dialer.numberProgressed(contact, status: 180, at: now) == [.tellRinging(contact)])
    #expect(dialer.numberProgressed(contact, status: 183, at: now) == [.openEarlyMedia(contact)])
    #expect(dialer.numberProgressed(contact, status: 180, at: now).isEmpty)
    #expect(dialer.numberAnswered(contact, at: now) == [.cancelTimer(ring), .join(contact, nil)])
    #expect(
      dialer.agentLegEnded(contact, hungUp, at: now) == [.endNumberLeg(contact), .ended(contact, nil, .agentHungUp)])
  }

  @Test mutating func `a caller who is sent on is there already; he abandons, or hangs up, or the number does`() {
    func sendOn(_ dialer: inout Dialer) -> [Dialer.Effect] {
      dialer.callerSentOn(contact, from: nil, to: number, trunk: "out", at: now)
    }
    #expect(sendOn(&dialer) == [.dialNumber(contact, number, by: "out"), .startTimer(ring, .seconds(60))])
    #expect(sendOn(&dialer).isEmpty)
    #expect(dialer.numberProgressed(contact, status: 180, at: now) == [.tellRinging(contact)])
    #expect(
      dialer.agentLegEnded(contact, hungUp, at: now) == [
        .cancelTimer(ring), .endNumberLeg(contact), .failed(contact, nil, .abandoned, stage: .dialingNumber),
      ])
    _ = sendOn(&dialer)
    #expect(
      dialer.numberLegEnded(contact, unanswered(486), at: now) == [
        .cancelTimer(ring), .endAgentLeg(contact), .failed(contact, nil, .busy, stage: .dialingNumber),
      ])
    _ = sendOn(&dialer)
    #expect(dialer.numberAnswered(contact, at: now) == [.cancelTimer(ring), .join(contact, nil)])
    #expect(
      dialer.agentLegEnded(contact, hungUp, at: now) == [.endNumberLeg(contact), .ended(contact, nil, .callerHungUp)])
    _ = sendOn(&dialer)
    _ = dialer.numberAnswered(contact, at: now)
    #expect(
      dialer.numberLegEnded(contact, hungUp, at: now) == [.endAgentLeg(contact), .ended(contact, nil, .agentHungUp)])
  }

  @Test(arguments: [true, false])
  mutating func `an emergency number rings until somebody answers or hangs up`(isByPhone: Bool) {
    let police = PhoneNumber(canonical: "jp:110", display: "110", kind: .emergency)
    if isByPhone {
      #expect(
        dialer.phoneDialled(contact, by: "anna", number: police, trunk: "out", at: now)
          == [.dialNumber(contact, police, by: "out")])
    } else {
      _ = dialer.dialRequested(contact, by: "anna", number: police, trunk: "out", at: now)
      #expect(
        dialer.agentAnswered(contact, at: now) == [.cancelTimer(ring), .dialNumber(contact, police, by: "out")])
    }
    #expect(dialer.timerFired(ring, at: now.advanced(by: .seconds(3600))).isEmpty)
    #expect(dialer.numberAnswered(contact, at: now) == [.cancelTimer(ring), .join(contact, "anna")])
  }

  @Test mutating func `an agent who does not answer in her ring time is not waited for`() {
    _ = request()
    now = now.advanced(by: .seconds(20))
    #expect(
      dialer.timerFired(ring, at: now)
        == [.endAgentLeg(contact), .failed(contact, "anna", .noAnswer, stage: .ringingAgent)])
    #expect(!dialer.knows(contact))
  }

  @Test(arguments: [
    (486, EndReason.busy), (603, .declined), (480, .unreachable), (302, .declined), (404, .notFound), (482, .declined),
  ])
  mutating func `an agent who refuses fails the attempt, with the reason`(status: Int, reason: EndReason) {
    _ = request()
    #expect(
      dialer.agentLegEnded(contact, unanswered(status), at: now)
        == [.cancelTimer(ring), .failed(contact, "anna", reason, stage: .ringingAgent)])
  }

  @Test(arguments: [(486, EndReason.busy), (404, .notFound), (503, .unreachable), (603, .declined)])
  mutating func `a far end that refuses fails the attempt and frees the agent`(status: Int, reason: EndReason) {
    reachNumber()
    #expect(
      dialer.numberLegEnded(contact, unanswered(status), at: now)
        == [.cancelTimer(ring), .endAgentLeg(contact), .failed(contact, "anna", reason, stage: .dialingNumber)])
  }

  @Test mutating func `a number that nobody answers is given up after its own ring time`() {
    reachNumber()
    now = now.advanced(by: .seconds(60))
    #expect(
      dialer.timerFired(ring, at: now)
        == [
          .endNumberLeg(contact), .endAgentLeg(contact),
          .failed(contact, "anna", .noAnswer, stage: .dialingNumber),
        ])
  }

  @Test mutating func `a ring time that was over in the moment of the answer does not end the attempt`() {
    reachNumber()
    #expect(dialer.timerFired(ring, at: now) == [.startTimer(ring, .seconds(60))])
    #expect(dialer.knows(contact))
    _ = dialer.numberAnswered(contact, at: now)
    #expect(dialer.timerFired(ring, at: now.advanced(by: .seconds(99))) == [])
  }

  @Test mutating func `an agent who hangs up while the number rings takes the call back`() {
    reachNumber()
    #expect(
      dialer.agentLegEnded(contact, hungUp, at: now)
        == [.cancelTimer(ring), .endNumberLeg(contact), .failed(contact, "anna", .cancelled, stage: .dialingNumber)])
  }

  @Test mutating func `it can be cancelled at every stage`() {
    _ = request()
    #expect(
      dialer.cancelled(contact, reason: .cancelled, at: now)
        == [.cancelTimer(ring), .endAgentLeg(contact), .failed(contact, "anna", .cancelled, stage: .ringingAgent)])
    reachNumber()
    #expect(
      dialer.cancelled(contact, reason: .shutdown, at: now)
        == [
          .cancelTimer(ring), .endNumberLeg(contact), .endAgentLeg(contact),
          .failed(contact, "anna", .shutdown, stage: .dialingNumber),
        ])
    reachConversation()
    #expect(
      dialer.cancelled(contact, reason: .hungUpByCommand, at: now)
        == [.endNumberLeg(contact), .endAgentLeg(contact), .ended(contact, "anna", .hungUpByCommand)])
    #expect(dialer.cancelled(contact, reason: .cancelled, at: now) == [])
  }

  @Test mutating func `whoever hangs up first ends the conversation`() {
    reachConversation()
    #expect(
      dialer.agentLegEnded(contact, hungUp, at: now) == [.endNumberLeg(contact), .ended(contact, "anna", .agentHungUp)])
    #expect(dialer.numberLegEnded(contact, hungUp, at: now) == [])
    reachConversation()
    #expect(
      dialer.numberLegEnded(contact, hungUp, at: now) == [
        .endAgentLeg(contact), .ended(contact, "anna", .callerHungUp),
      ])
    #expect(dialer.agentLegEnded(contact, hungUp, at: now) == [])
  }

  @Test mutating func `a leg that vanished is lost, also when the stack had to say goodbye for it`() {
    reachConversation()
    let vanished = LegEnd(status: 408, byPeer: false, wasAnswered: true)
    #expect(dialer.numberLegEnded(contact, vanished, at: now).last == .ended(contact, "anna", .lost))
    reachConversation()
    let byUs = LegEnd(status: 200, byPeer: false, wasAnswered: true)
    #expect(dialer.agentLegEnded(contact, byUs, at: now).last == .ended(contact, "anna", .lost))
  }

  @Test mutating func `the far end's own sound is opened once`() {
    reachNumber()
    #expect(dialer.numberProgressed(contact, status: 180, at: now) == [])
    #expect(dialer.numberProgressed(contact, status: 183, at: now) == [.openEarlyMedia(contact)])
    #expect(dialer.numberProgressed(contact, status: 183, at: now) == [])
    _ = dialer.numberAnswered(contact, at: now)
    #expect(dialer.numberProgressed(contact, status: 183, at: now) == [])
  }

  @Test mutating func `what comes too early, too late or twice does nothing`() {
    #expect(dialer.agentAnswered(contact, at: now) == [])
    #expect(dialer.timerFired(ring, at: now) == [])
    _ = request()
    #expect(request() == [])
    #expect(dialer.numberAnswered(contact, at: now) == [])
    #expect(dialer.numberProgressed(contact, status: 183, at: now) == [])
    #expect(dialer.numberLegEnded(contact, hungUp, at: now) == [])
    _ = dialer.agentAnswered(contact, at: now)
    #expect(dialer.agentAnswered(contact, at: now) == [])
    _ = dialer.numberAnswered(contact, at: now)
    #expect(dialer.numberAnswered(contact, at: now) == [])
  }
}
