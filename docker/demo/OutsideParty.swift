import Glibc
import LoopbackTesting

/// Somebody outside, who comes or is called by the sample's trunk: SIPp speaks SIP, an RTP endpoint speaks and hears.
final class OutsideParty: Sendable {
  /// As she is called in the demo.
  let name: String
  /// What she says, in Hz.
  let tone: Double
  let voice: RTPEndpoint
  private let peer: SIPp

  private static let address = "127.0.0.2"

  /// Calls `8000`, the sample's queue. She hangs up after so many milliseconds; without them she waits for the agent to do
  /// it. `headers` go into the INVITE.
  init(
    calling office: Office, as name: String, from: String, headers: String = "", tone: Double, hangsUpAfter: Int? = nil
  ) throws {
    (self.name, self.tone) = (name, tone)
    voice = try RTPEndpoint(address: Self.address, tone: tone)
    var scenario = Scenario().invite(caller: from, headers: headers).receive(100, optional: true)
      .receive(180, optional: true).receive(183, optional: true).receive(200).acknowledge()
    if let hangsUpAfter {
      scenario = scenario.pause(milliseconds: hangsUpAfter).bye()
    } else {
      scenario = scenario.receive(request: "BYE").confirm()
    }
    peer = try SIPp(
      scenario, address: Self.address, port: try FreePorts.first(on: Self.address, from: 24700, count: 2, step: 4),
      service: "8000", peer: "127.0.0.1:\(office.port)", audioPort: voice.port, rate: 20)
  }

  /// Waits for the call that goes out by the trunk, rings for a moment and answers.
  init(calledBy office: Office, as name: String, tone: Double) throws {
    (self.name, self.tone) = (name, tone)
    voice = try RTPEndpoint(address: Self.address, tone: tone)
    peer = try SIPp(
      Scenario().receive(request: "INVITE").respond(180, "Ringing").pause(milliseconds: 700)
        .respond(200, "OK", sdp: Scenario.sdp(), retransmits: true).receive(request: "ACK").receive(request: "BYE")
        .confirm(),
      address: Self.address, port: office.outsidePort, audioPort: voice.port)
  }

  /// The `From` of a number.
  static func address(of number: String) -> String { "<sip:\(number)@127.0.0.2>" }

  /// Waits for the end of her call as she knows it.
  func leaves() async throws {
    try await peer.succeeds(within: .seconds(15))
    voice.stop()
  }

  /// Takes her away, whatever her call does.
  func vanish() async {
    voice.stop()
    peer.process.signal(SIGKILL)
    _ = try? await peer.process.waitForExit(within: .seconds(2))
  }
}
