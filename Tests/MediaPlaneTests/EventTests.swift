import CMediaPlane
import TelephonyTesting
import Testing

/// What the plane tells of.
@Suite(.fewAtOnce, .onTime) struct EventTests {
  @Test func `A leg that falls silent is told of once each time, and so is that it is heard again`() async throws {
    let plane = try Plane(oneWay: 1, silent: 3)
    let phone = try Phone(plane, says: tone(503))
    let unanswered = try Phone(plane, says: tone(503))
    unanswered.isMute = true
    media_leg_expect(plane.pointer, phone.leg)
    let wire = Wire([phone, unanswered])
    wire.at(0.5) { phone.isMute = true }
    wire.at(4.5) { phone.isMute = false }
    wire.at(5) { phone.isMute = true }
    wire.at(6.6) { phone.isMute = false }
    await wire.run(7)
    let kinds = plane.events.filter { $0.tag == phone.tag }.map(\.kind)
    #expect(!plane.events.contains { $0.tag == unanswered.tag })
    // The second time it was not long enough to be silent.
    #expect(kinds == [MEDIA_UP, MEDIA_ONE_WAY, MEDIA_SILENT, MEDIA_UP, MEDIA_ONE_WAY, MEDIA_UP])
  }

  @Test func `Who may not send is not missed`() async throws {
    let plane = try Plane(oneWay: 1, silent: 2)
    let phone = try Phone(plane, says: tone(503))
    phone.stream { $0.sends = false }
    media_leg_expect(plane.pointer, phone.leg)
    phone.isMute = true
    await Wire([phone]).run(2.6)
    #expect(plane.events.isEmpty)
  }

  @Test(arguments: Coding.allCases) func `An announcement is heard whole, once, and its end is told of once`(
    coding: Coding
  ) async throws {
    let plane = try Plane()
    let phone = try Phone(plane, coding, says: tone(503))
    let other = try Phone(plane, .pcma, says: tone(811))
    let path = "\(plane.folder)/announcement.wav"
    try #require(writeWAV((0..<8000).map(tone(1297)), to: path))
    plane.link(other.leg, phone.leg)
    let wire = Wire([phone, other])
    wire.at(0.5) {
      #expect(media_leg_play(plane.pointer, phone.leg, path) == Int32(MEDIA_OK))
      #expect(plane.count(MEDIA_FINISHED, of: phone.tag) == 0)
    }
    await wire.run(2.6)
    #expect(plane.count(MEDIA_FINISHED, of: phone.tag) == 1)
    #expect(plane.count(MEDIA_FINISHED, of: other.tag) == 0)
    let heard = phone.heard()
    let loud = stride(from: 0, to: heard.count - 160, by: 160).count { level(of: 1297, in: heard[$0..<$0 + 160]) > -6 }
    #expect(abs(loud - 50) <= 3)
    // The other goes on being heard with it.
    #expect(abs(usualLevel(of: 811, in: heard.seconds(0.7...1.3))) < 2)
  }

  @Test func `Keys come once each, by telephone-events or in the sound`() async throws {
    let plane = try Plane()
    let phone = try Phone(plane, says: { _ in 0 })
    // The tones of a 5 for 100 ms each quarter of a second, of one that has no telephone-events.
    let sounding = try Phone(
      plane,
      says: { position in
        position % 2000 < 800 && position >= 2000
          ? Int16(clamping: Int(tone(770, amplitude: 5000)(position)) + Int(tone(1336, amplitude: 5000)(position))) : 0
      })
    sounding.stream { $0.keys_in = UInt8(MEDIA_NO_TYPE) }
    let wire = Wire([phone, sounding])
    for (index, key) in [UInt8(1), 10, 11].enumerated() {
      var start: UInt32 = 0
      for step in 0..<8 {
        wire.at(0.5 + Double(index) * 0.4 + Double(step) * 0.02) {
          if step == 0 { start = phone.timestamp }
          let duration = UInt16(min(step + 1, 5) * 160)
          let packet = Packet(
            type: 101, marker: step == 0, sequence: phone.sequence, timestamp: start, ssrc: phone.ssrc,
            payload: [key, (step >= 5 ? 0x80 : 0) | 10, UInt8(duration >> 8), UInt8(duration & 0xFF)])
          phone.sequence &+= 1
          phone.rtp.send(packet.bytes, to: phone.legPort)
        }
      }
    }
    await wire.run(2.3)
    #expect(plane.keys(of: phone.tag) == "1*#")
    try await eventually("the last key is heard") { plane.keys(of: sounding.tag).count >= 6 }
    #expect(plane.keys(of: sounding.tag).count <= 9)
    #expect(plane.keys(of: sounding.tag).allSatisfy { $0 == "5" })
    #expect(plane.statistics(phone.leg).lost == 0)
  }

  @Test func `Pressed keys reach the peer as telephone-events, in the stream that the sound is in`() async throws {
    let plane = try Plane()
    let talker = try Phone(plane, says: noise())
    let phone = try Phone(plane, says: tone(503))
    plane.link(talker.leg, phone.leg)
    let wire = Wire([talker, phone])
    wire.at(0.5) {
      #expect(media_leg_press(plane.pointer, phone.leg, 0x37) == Int32(MEDIA_OK))
      #expect(media_leg_press(plane.pointer, phone.leg, 0x23) == Int32(MEDIA_OK))
      #expect(media_leg_press(plane.pointer, phone.leg, 0x78) == Int32(MEDIA_INVALID))
    }
    await wire.run(1.6)
    let events = phone.received.filter { $0.type == 101 }
    var keys: [UInt8] = []
    var last: UInt32?
    for event in events where event.timestamp != last {
      last = event.timestamp
      keys.append(event.payload[0])
      #expect(event.marker)
    }
    #expect(keys == Array([7, 11].prefix(keys.count)))
    #expect(keys.count == 2)
    #expect(events.count { $0.payload[1] & 0x80 != 0 } == 6)
    for (one, next) in zip(phone.received, phone.received.dropFirst()) {
      #expect(next.sequence &- one.sequence == 1)
      #expect(next.ssrc == one.ssrc)
    }
    // The talker is passed on again afterwards.
    let after = phone.received.suffix(10).map(\.payload)
    #expect(talker.sent.map(\.payload).suffix(15).contains { $0 == after.last })
  }
}
