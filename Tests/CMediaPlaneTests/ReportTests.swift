import CMediaPlane
import TelephonyTesting
import Testing

@Suite struct Reports {
  private static let second: Int64 = 1_000_000_000
  /// 2000-01-01 00:00:00.5, whose NTP time is 0xbc17c200.80000000.
  private static let wall: Int64 = 946_684_800 * second + second / 2

  private var out = sending()
  private var reception = CMediaPlane.reception()

  private mutating func receive(_ sequences: [UInt16], ssrc: UInt32 = 0x0a0b_0c0d) {
    var extended: UInt64 = 0
    for sequence in sequences {
      var packet = packet(sequence: sequence, ssrc: ssrc)
      _ = reception_take(&reception, &packet, 8000, 0, &extended)
    }
  }

  private mutating func write(
    bye: Bool = false, name: String = "a@b", now: Int64 = 0, capacity: Int = Int(REPORT_LONGEST)
  ) -> [UInt8] {
    let room = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    defer { room.deallocate() }
    let count = report_write(&out, &reception, 8000, name, bye, now, Self.wall, room, capacity)
    return Array(UnsafeBufferPointer(start: room, count: count))
  }

  private mutating func read(_ bytes: [UInt8], now: Int64 = 0, wall: Int64 = Reports.wall) -> Bool {
    withExactCopy(of: bytes) { report_read(&out, 8000, $0, $1, now, wall) }
  }

  private static let description: [UInt8] = [0x81, 202, 0, 3, 0, 0, 0, 9, 1, 3] + Array("a@b".utf8) + [0, 0, 0]

  // MARK: writing

  @Test mutating func `before anything came or went, a report says who we are`() {
    out.ssrc = 9
    #expect(write() == [0x80, 201, 0, 1, 0, 0, 0, 9] + Self.description)
  }

  @Test mutating func `what was sent is in a sender report, with both clocks at the same instant`() {
    out.ssrc = 9
    out.packets = 0x1_0000_0002
    out.bytes = 320
    out.last_timestamp = 1000
    out.last_sent = 3 * Self.second
    let expected: [UInt8] =
      [0x80, 200, 0, 6, 0, 0, 0, 9, 0xbc, 0x17, 0xc2, 0x00, 0x80, 0, 0, 0]
      + [0, 0, 0x05, 0x28]  // 1000 + 40 ms of 8000
      + [0, 0, 0, 2, 0, 0, 1, 0x40] + Self.description
    #expect(write(now: 3 * Self.second + Self.second / 25) == expected)
  }

  @Test mutating func `who fell silent sends receiver reports from the second on`() {
    out.packets = 5
    #expect(write()[1] == 200)
    #expect(write()[1] == 200)
    #expect(write()[1] == 201)
    out.packets = 6
    #expect(write()[1] == 200)
  }

  @Test mutating func `the block says what was lost, since the last and in all`() {
    out.ssrc = 9
    receive([65_534, 65_535, 1, 2])  // 0 is missing
    reception.jitter = 7.9
    let block: [UInt8] = [10, 11, 12, 13, 51, 0, 0, 1, 0, 1, 0, 2, 0, 0, 0, 7] + [UInt8](repeating: 0, count: 8)
    #expect(write() == [0x81, 201, 0, 7, 0, 0, 0, 9] + block + Self.description)
    receive([3, 4])
    #expect(Array(write()[12..<20]) == [0, 0, 0, 1, 0, 1, 0, 4])
    #expect(write()[0] == 0x80)  // nothing came since
    receive([0])
    #expect(Array(write()[12..<20]) == [0, 0, 0, 0, 0, 1, 0, 4])
    receive([6, 8])
    #expect(Array(write()[12..<16]) == [128, 0, 0, 2])
  }

  @Test mutating func `after a restart the block is about the new stream`() {
    receive([1, 5])
    receive([100, 101, 103], ssrc: 2)
    #expect(Array(write()[8..<20]) == [0, 0, 0, 2, 64, 0, 0, 1, 0, 0, 0, 103])
    #expect(reception_lost(&reception) == 4)
  }

  @Test mutating func `the peer's report is answered with how long it lay here`() {
    out.ssrc = 9
    receive([1])
    let report: [UInt8] =
      [0x80, 200, 0, 6, 10, 11, 12, 13, 0, 0, 0x12, 0x34, 0x56, 0x78, 0, 0] + [UInt8](repeating: 0, count: 12)
    #expect(read(report, now: 4 * Self.second))
    #expect(Array(write(now: 5 * Self.second + Self.second / 2)[24..<32]) == [0x12, 0x34, 0x56, 0x78, 0, 1, 0x80, 0])
    receive([2])
    #expect(Array(write(now: 3 * Self.second)[28..<32]) == [0, 0, 0, 0])
    receive([3])
    #expect(Array(write(now: .max)[28..<32]) == [0xff, 0xff, 0xff, 0xff])
    receive([7], ssrc: 77)  // whose report that was not
    #expect(Array(write(now: 6 * Self.second)[24..<32]) == [0, 0, 0, 0, 0, 0, 0, 0])
  }

  @Test mutating func `a goodbye comes last`() {
    out.ssrc = 9
    #expect(write(bye: true) == [0x80, 201, 0, 1, 0, 0, 0, 9] + Self.description + [0x81, 203, 0, 1, 0, 0, 0, 9])
  }

  @Test(arguments: 0...70) mutating func `every name fits, cut at 64, and ends with a zero`(length: Int) {
    let bytes = write(bye: true, name: String(repeating: "x", count: length))
    let kept = min(length, 64)
    #expect(bytes.count % 4 == 0 && Int(bytes[17]) == kept)
    #expect(bytes[18..<18 + kept].allSatisfy { $0 == UInt8(ascii: "x") })
    #expect(bytes[18 + kept] == 0)
    #expect(Int(bytes[10]) << 8 + Int(bytes[11]) == (bytes.count - 16) / 4 - 1)
    #expect(read(bytes))
  }

  @Test mutating func `what does not fit is not written, and nothing is counted as reported`() {
    out.packets = 1
    receive([1, 3])
    let name = String(repeating: "x", count: 64)
    let full = report_write(&out, &reception, 8000, name, true, 0, Self.wall, nil, 0)
    #expect(full == 0 && out.packets_at_report.0 == 0)
    var copy = self
    let whole = copy.write(bye: true, name: name)
    #expect(whole.count == 28 + 24 + 76 + 8 && whole.count <= Int(REPORT_LONGEST))
    #expect(write(bye: true, name: name, capacity: whole.count - 1).isEmpty)
    #expect(write(bye: true, name: name, capacity: whole.count) == whole)
  }

  // MARK: reading

  /// A receiver report of 1 with a block about `ssrc`.
  private static func report(about ssrc: UInt8, lost: [UInt8], last: [UInt8], delay: [UInt8]) -> [UInt8] {
    [0x81, 201, 0, 7, 0, 0, 0, 1, 0, 0, 0, ssrc] + lost + [0, 0, 0, 5, 0, 0, 0, 80] + last + delay
  }

  @Test mutating func `what the peer says of us is kept`() {
    out.ssrc = 9
    // 0xc2008000 is `wall` in the middle bits; the report left 300 ms before, and lay there for 100 ms.
    let last: [UInt8] = [0xc2, 0x00, 0x33, 0x34]
    #expect(
      read(Self.report(about: 9, lost: [64, 0xff, 0xff, 0xfe], last: last, delay: [0, 0, 0x19, 0x9a])))
    #expect(out.has_report && out.lost_fraction == 0.25 && out.lost == -2)
    #expect(out.jitter_milliseconds == 10)
    #expect(abs(out.round_trip_milliseconds - 200) < 0.1)
    #expect(read(Self.report(about: 9, lost: [0, 0x7f, 0xff, 0xff], last: last, delay: [0xff, 0xff, 0xff, 0xff])))
    #expect(out.lost == 0x7f_ffff && out.round_trip_milliseconds == 0)
  }

  @Test mutating func `without our report, or after an absurd time, the round trip is not known`() {
    out.ssrc = 9
    #expect(read(Self.report(about: 9, lost: [0, 0, 0, 0], last: [0, 0, 0, 0], delay: [0, 0, 0, 0])))
    #expect(out.has_report && out.round_trip_milliseconds < 0)
    #expect(read(Self.report(about: 9, lost: [0, 0, 0, 0], last: [0xc1, 0, 0, 0], delay: [0, 0, 0, 0])))
    #expect(out.round_trip_milliseconds < 0)
    #expect(read(Self.report(about: 9, lost: [0, 0, 0, 0], last: [0xc2, 1, 0, 0], delay: [0, 0, 0, 0])))
    #expect(out.round_trip_milliseconds == 0)
  }

  @Test mutating func `blocks about others say nothing of us`() {
    out.ssrc = 9
    #expect(read(Self.report(about: 8, lost: [64, 0, 0, 1], last: [0xc2, 0, 0, 0], delay: [0, 0, 0, 0])))
    #expect(!out.has_report)
  }

  @Test mutating func `a goodbye counts when it names who reports, until the next report`() {
    let report: [UInt8] = [0x80, 201, 0, 1, 0, 0, 0, 1]
    #expect(read(report + [0x81, 203, 0, 1, 0, 0, 0, 2]) && !out.peer_said_bye)
    #expect(read(report + [0x82, 203, 0, 2, 0, 0, 0, 2, 0, 0, 0, 1]) && out.peer_said_bye)
    #expect(read(report) && !out.peer_said_bye)
  }

  @Test mutating func `what one end writes the other reads`() {
    var peer = Reports()
    peer.out.ssrc = 9
    peer.out.packets = 1
    out.ssrc = 0x0a0b_0c0d
    out.packets = 4
    peer.receive([1, 2, 3, 5])
    let isRead = peer.read(write())
    #expect(isRead)
    let answer = peer.write(bye: true, now: Self.second / 4)
    #expect(read(answer, wall: Self.wall + Self.second / 2))
    #expect(out.has_report && out.lost == 1 && out.peer_said_bye && out.peer_ssrc == 9)
    #expect(abs(out.lost_fraction - 0.2) < 0.005)
    #expect(abs(out.round_trip_milliseconds - 250) < 0.1)
  }

  /// Padding of four bytes is good at the very end, and nowhere else.
  @Test mutating func `padding is cut off at the end`() {
    #expect(read([0x80, 201, 0, 1, 0, 0, 0, 1, 0xa0, 204, 0, 2, 0, 0, 0, 1, 0, 0, 0, 4]))
    #expect(read([0xa0, 201, 0, 2, 0, 0, 0, 1, 0, 0, 0, 4]))
    #expect(!read([0xa0, 201, 0, 2, 0, 0, 0, 1, 0, 0, 0, 8]))
    #expect(!read([0xa0, 201, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0]))
    #expect(!read([0xa0, 201, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3]))
    #expect(!read([0xa0, 201, 0, 2, 0, 0, 0, 1, 0, 0, 0, 16]))
    #expect(!read([0xa0, 201, 0, 2, 0, 0, 0, 1, 0, 0, 0, 4, 0x80, 201, 0, 1, 0, 0, 0, 1]))
  }

  @Test(arguments: [
    [] as [UInt8], [0x80, 201, 0], [0x80, 201, 0, 0],
    [0x80, 201, 0, 1, 0, 0, 0],
    [0x80, 201, 0, 2, 0, 0, 0, 1],
    [0x80, 201, 0xff, 0xff, 0, 0, 0, 1],
    [0x00, 201, 0, 1, 0, 0, 0, 1],
    [0x80, 202, 0, 1, 0, 0, 0, 1],
    [0x80, 203, 0, 1, 0, 0, 0, 1],
    [0x81, 201, 0, 1, 0, 0, 0, 1],
    [0x9f, 201, 0, 7] + [UInt8](repeating: 0, count: 28),
    [0x80, 200, 0, 5] + [UInt8](repeating: 0, count: 20),
    [0x81, 200, 0, 6] + [UInt8](repeating: 0, count: 24),
    [0x80, 201, 0, 1, 0, 0, 0, 1, 0x80],
    [0x80, 201, 0, 1, 0, 0, 0, 1, 0x40, 202, 0, 0],
    [0x80, 201, 0, 1, 0, 0, 0, 1, 0x82, 203, 0, 1, 0, 0, 0, 1],
  ]) mutating func `what is no compound packet changes nothing`(bytes: [UInt8]) {
    out.peer_said_bye = true
    out.peer_ssrc = 3
    #expect(!read(bytes))
    #expect(out.peer_said_bye && out.peer_ssrc == 3 && !out.has_report)
  }

  @Test(arguments: 0..<50 as Range<UInt64>) mutating func `whatever comes, figures stay in their ranges`(seed: UInt64) {
    var chance = SeededRandom(seed: seed)
    out.ssrc = 9
    out.packets = 1
    receive([1, 2])
    let good = [
      write(bye: true),
      Self.report(about: 9, lost: [1, 2, 3, 4], last: [0xc2, 0, 0, 0], delay: [0, 0, 0, 0]) + Self.description,
    ]
    for _ in 0..<200 {
      let bytes = hostileBytes(&chance, like: good)
      let now = Int64(truncatingIfNeeded: chance.next())
      let clock = UInt32(truncatingIfNeeded: chance.pick([0, 8000, chance.next()]))
      let isRead = withExactCopy(of: bytes) {
        report_read(&out, clock, $0, $1, now, Int64(truncatingIfNeeded: chance.next()))
      }
      if isRead { #expect(bytes.count % 4 == 0 && bytes.count >= 8) }
      #expect((0..<1).contains(out.lost_fraction) && abs(out.lost) <= 0x80_0000)
      #expect(out.jitter_milliseconds >= 0 && out.jitter_milliseconds.isFinite)
      #expect((-1...60_000).contains(out.round_trip_milliseconds))
      receive([UInt16(truncatingIfNeeded: chance.next())])
      let sent = write(now: Int64(truncatingIfNeeded: chance.next()))
      #expect(!sent.isEmpty)
    }
  }

  @Test func `reports are due between half and one and a half of 5 s, not all at once`() {
    var seed: UInt32 = 0
    let due = (0..<1000).map { _ in report_due(100 * Self.second, &seed) - 100 * Self.second }
    #expect(due.allSatisfy { $0 >= 5 * Self.second / 2 && $0 < 15 * Self.second / 2 })
    #expect(abs(due.reduce(0, +) / 1000 - 5 * Self.second) < Self.second / 5)
    #expect(Set(due).count > 990)
  }
}
