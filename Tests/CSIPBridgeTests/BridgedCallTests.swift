import CSIPBridge
import Foundation
import Testing

/// Real calls of SIPp through the bridge. One engine at a time: the stack is one per process.
@Suite(.serialized) struct `A call through the bridge` {
  @Test func `a caller and an agent are joined and recorded, and both legs end once`() throws {
    let bench = try Bench()
    let agent = try bench.agent("agent-answers", tone: 1000)
    let caller = try bench.call("caller-talks", tone: 400)

    let incoming = try bench.wait(for: SIP_ARRIVED).leg
    let who = try #require(bench.invitation(of: incoming))
    #expect(
      who
        == Invited(
          trunk: "pbx", called: "0355550000", displayName: "Yamada \"T\" 太郎", user: "+81312345678",
          asserted: "0312345678", remoteParty: "09011112222", privacy: "id,header", contact: "17",
          remotePartyIsPrivate: true))
    #expect(bench.ring(incoming) == SIP_OK)
    #expect(bench.record(7, as: "call.wav") == SIP_OK)
    let outgoing = try bench.dial("0355551111")
    let (outside, inside) = (sip_recording_point(7, 0), sip_recording_point(7, 1))
    for (from, to) in [(incoming, outgoing), (outgoing, incoming), (incoming, outside), (outgoing, inside)] {
      #expect(bench.link(from, to) == SIP_OK)
    }
    #expect(try bench.wait(for: SIP_PROGRESSED, of: outgoing).status == 180)
    _ = try bench.wait(for: SIP_ANSWERED, of: outgoing)
    #expect(bench.answer(incoming) == SIP_OK)
    _ = try bench.wait(for: SIP_ANSWERED, of: incoming)

    let over = try bench.wait(for: SIP_ENDED, of: incoming)
    #expect(over == Told(kind: SIP_ENDED, leg: incoming, status: 200, byPeer: true, wasAnswered: true))
    #expect(bench.end(outgoing, reason: "Q.850;cause=16") == SIP_OK)
    let other = try bench.wait(for: SIP_ENDED, of: outgoing)
    #expect(other == Told(kind: SIP_ENDED, leg: outgoing, status: 200, wasAnswered: true))
    #expect(bench.end(outgoing) == SIP_NO_SUCH_LEG)
    #expect(bench.closeRecording(7) == SIP_OK)
    #expect(bench.stop() == [0, 0])
    #expect(bench.rest.map(\.kind) == [SIP_AUDIO_FLOWS, SIP_AUDIO_FLOWS])

    let recorded = try channels(ofWAV: bench.folder + "/call.wav")
    #expect(recorded.left.count > 8000)
    #expect(voice(of: 400, in: Array(recorded.left.suffix(12000))) > 0.6)
    #expect(voice(of: 1000, in: Array(recorded.right.suffix(12000))) > 0.6)
    for lines in agent.receivedMediaLines + caller.receivedMediaLines {
      #expect(lines.count == 1 && !lines[0].hasPrefix("m=audio 0 "))
    }
    let invite = try #require(agent.received.first { $0.contains("INVITE sip:") })
    #expect(invite.contains("INVITE sip:0355551111@pbx.example SIP/2.0"))
    #expect(!invite.contains("\nRoute:"))
    #expect(invite.contains("From: \"山田 \\\"T\\\" \\\\ 太郎\" <sip:+81312345678@pbx.example>"))
    #expect(invite.contains("P-Asserted-Identity: \"山田 \\\"T\\\" \\\\ 太郎\" <sip:+81312345678@pbx.example>"))
    #expect(invite.contains("X-Tsunagi-Contact: 42"))
    #expect(agent.received.contains { $0.contains("BYE sip:") && $0.contains("Reason: Q.850;cause=16") })
  }
}
