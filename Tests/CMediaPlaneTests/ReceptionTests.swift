import CMediaPlane
import TelephonyTesting
import Testing

@Suite struct `Counting what comes in` {
  private var reception = CMediaPlane.reception()
  private var extended: UInt64 = 0

  private mutating func take(
    _ sequence: UInt16, ssrc: UInt32 = 1, timestamp: UInt32 = 0, at arrived: Int64 = 0
  ) -> reception_verdict {
    var packet = packet(sequence: sequence, timestamp: timestamp, ssrc: ssrc)
    return reception_take(&reception, &packet, 8000, arrived, &extended)
  }

  @Test mutating func `the first packet is heard, and the numbers go on behind 65535`() {
    #expect(take(65_534) == RECEPTION_RESTARTED)
    #expect(extended == 65_534)
    #expect(take(65_535) == RECEPTION_NEXT)
    #expect(take(0) == RECEPTION_NEXT)
    #expect(extended == 65_536)
    #expect(take(65_535) == RECEPTION_DUPLICATE)
    #expect(take(2) == RECEPTION_NEXT)
    #expect(reception_lost(&reception) == 1)
    #expect(take(1) == RECEPTION_LATE)
    #expect(extended == 65_537)
    #expect(reception_lost(&reception) == 0)
    #expect(reception.received == 5 && reception.late == 1 && reception.duplicates == 1)
    #expect(reception.restarts == 0)
  }

  @Test mutating func `what came before the first is dropped`() {
    #expect(take(10) == RECEPTION_RESTARTED)
    #expect(take(9) == RECEPTION_DUPLICATE)
    #expect(take(10) == RECEPTION_DUPLICATE)
    #expect(reception.received == 1)
  }

  @Test(arguments: [2999, 100, 1] as [UInt16]) mutating func `a gap up to the limit is loss`(ahead: UInt16) {
    _ = take(5)
    #expect(take(5 + ahead) == RECEPTION_NEXT)
    #expect(reception_lost(&reception) == UInt64(ahead) - 1)
  }

  @Test(arguments: [3000, 30_000, 65_400] as [UInt16])
  mutating func `a jump counts when the next packet confirms it, and numbers only grow`(ahead: UInt16) {
    _ = take(5)
    #expect(take(7) == RECEPTION_NEXT)
    #expect(take(7 &+ ahead) == RECEPTION_SUSPICIOUS)
    #expect(extended == 7)
    #expect(take(8 &+ ahead) == RECEPTION_RESTARTED)
    #expect(extended == 8)
    #expect(take(9 &+ ahead) == RECEPTION_NEXT)
    #expect(extended == 9)
    #expect(reception_lost(&reception) == 1)
    #expect(reception.restarts == 1)
  }

  @Test mutating func `a packet just within the disorder that is allowed is late`() {
    _ = take(0)
    _ = take(500)
    #expect(take(401) == RECEPTION_LATE)
    #expect(take(400) == RECEPTION_SUSPICIOUS)
  }

  @Test mutating func `a stray packet ends nothing`() {
    _ = take(5)
    #expect(take(20_000) == RECEPTION_SUSPICIOUS)
    #expect(take(6) == RECEPTION_NEXT)
    #expect(take(20_001) == RECEPTION_SUSPICIOUS)
    #expect(take(7) == RECEPTION_NEXT)
    #expect(reception.restarts == 0)
  }

  @Test mutating func `another SSRC counts at once, and late packets of the former end nothing`() {
    _ = take(5, ssrc: 1)
    _ = take(7, ssrc: 1)
    #expect(take(900, ssrc: 2) == RECEPTION_RESTARTED)
    #expect(extended == 8)
    #expect(take(6, ssrc: 1) == RECEPTION_SUSPICIOUS)
    #expect(take(901, ssrc: 2) == RECEPTION_NEXT)
    #expect(extended == 9)
    #expect(take(8, ssrc: 1) == RECEPTION_SUSPICIOUS)
    #expect(take(9, ssrc: 1) == RECEPTION_RESTARTED)
    #expect(extended == 10)
    #expect(reception_lost(&reception) == 1)
    #expect(reception.received == 5)
  }

  @Test mutating func `jitter is the smoothed change of the transit`() {
    _ = take(0, timestamp: 0, at: 0)
    _ = take(1, timestamp: 160, at: 20_000_000)
    #expect(reception.jitter == 0)
    _ = take(2, timestamp: 320, at: 50_000_000)  // 10 ms late: 80 ticks
    #expect(reception.jitter == 5)
    _ = take(3, timestamp: 480, at: 60_000_000)  // on time again
    #expect(reception.jitter == 5 + (80 - 5) / 16.0)
  }

  @Test mutating func `jitter goes through the end of the timestamps, and leaves out leaps and held keys`() {
    _ = take(0, timestamp: .max - 159, at: 0)
    _ = take(1, timestamp: 0, at: 20_000_000)
    #expect(reception.jitter == 0)
    _ = take(2, timestamp: 0, at: 40_000_000)
    _ = take(3, timestamp: 320, at: 60_000_000)
    #expect(reception.jitter == 0)
    _ = take(4, timestamp: 1_000_000, at: 80_000_000)
    _ = take(5, timestamp: 1_000_160, at: 100_000_000)
    #expect(reception.jitter == 0)
  }

  /// Sequences of a sender that now and then takes another SSRC or jumps, over a network that loses, repeats and
  /// delays. The model keeps sets; the last packets before a change are never late, so that both know where it was.
  @Test(arguments: 0..<60 as Range<UInt64>) mutating func `lost is what was sent less what came`(seed: UInt64) {
    var chance = SeededRandom(seed: seed)
    let (loss, disorder, repeats) = (chance.pick([2, 5, 20, 1000]), chance.pick([2, 10, 1000]), chance.pick([3, 20]))
    var told: Set<UInt64> = []
    var highest: UInt64 = 0
    var (lost, received, duplicates, restarts) = (0, 0, 0, 0)
    var ssrc: UInt32 = 1
    for stream in 0..<6 {
      let start = chance.pick([0, 100, 65_000, 65_535, 40_000])
      let sent = 200 + Int(chance.next() % 1500)
      var arriving: [(Double, Int)] = []
      for i in 0..<sent where i == 0 || i == sent - 1 || !chance.chance(UInt64(loss)) {
        // The first comes first, and the last last.
        let delay = i > 0 && i < sent - 60 && chance.chance(UInt64(disorder)) ? Double(chance.next() % 50) : 0
        arriving.append((Double(i) + delay + 0.5, i))
        if i > 0, i < sent - 60, chance.chance(UInt64(repeats)) {
          arriving.append((Double(i) + Double(chance.next() % 50), i))
        }
      }
      arriving.sort { $0 < $1 }
      var seen: Set<Int> = []
      for (_, i) in arriving {
        let isFirst = seen.isEmpty
        let verdict = take(UInt16(truncatingIfNeeded: start + i), ssrc: ssrc)
        guard seen.insert(i).inserted else {
          #expect(verdict == RECEPTION_DUPLICATE)
          duplicates += 1
          continue
        }
        received += 1
        #expect(told.insert(extended).inserted)
        if isFirst {
          #expect(verdict == RECEPTION_RESTARTED)
          if stream > 0 {
            #expect(extended == highest + 1)
            restarts += 1
          }
        } else {
          #expect(verdict == (extended > highest ? RECEPTION_NEXT : RECEPTION_LATE))
        }
        highest = max(highest, extended)
      }
      lost += sent - seen.count
      #expect(reception_lost(&reception) == UInt64(lost))
      ssrc += 1
    }
    #expect(reception.received == UInt64(received))
    #expect(reception.duplicates == UInt64(duplicates))
    #expect(reception.restarts == UInt64(restarts))
    #expect(told.count == received)
  }

  @Test(arguments: 0..<30 as Range<UInt64>)
  mutating func `whatever comes, no number is told twice and nothing overflows`(seed: UInt64) {
    var chance = SeededRandom(seed: seed)
    var told: Set<UInt64> = []
    for _ in 0..<5000 {
      var packet = packet(
        sequence: UInt16(truncatingIfNeeded: chance.next() % chance.pick([8, 300, 65_536])),
        timestamp: UInt32(truncatingIfNeeded: chance.next()), ssrc: UInt32(chance.next() % 3))
      let clock = UInt32(truncatingIfNeeded: chance.pick([0, 8000, 48_000, chance.next()]))
      let arrived = Int64(truncatingIfNeeded: chance.next())
      let verdict = reception_take(&reception, &packet, clock, arrived, &extended)
      guard verdict != RECEPTION_DUPLICATE, verdict != RECEPTION_SUSPICIOUS else { continue }
      #expect(told.insert(extended).inserted)
      #expect(reception.jitter.isFinite && reception.jitter >= 0)
    }
    #expect(reception.received == UInt64(told.count))
    #expect(reception_lost(&reception) < 1 << 40)
  }
}
