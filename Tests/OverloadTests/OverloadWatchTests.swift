import Overload
import Telephony
import TelephonyTesting
import Testing

@Suite struct `Turning new calls away` {
  private var watch = OverloadWatch(settings: .init())
  private var now = Moment(monotonicNanoseconds: 0, wallMilliseconds: 0)

  private static func figures(lateMilliseconds: Int) -> LoadFigures {
    var figures = LoadFigures()
    figures.latenessP99 = .milliseconds(lateMilliseconds)
    return figures
  }

  /// So many seconds of these figures; what came of them.
  private mutating func seconds(_ count: Int, _ figures: LoadFigures) -> [OverloadWatch.Effect] {
    (0..<count).flatMap { _ in
      now = now.advanced(by: .seconds(1))
      return watch.loadMeasured(figures, at: now)
    }
  }

  private mutating func seconds(_ count: Int, lateMilliseconds: Int) -> [OverloadWatch.Effect] {
    seconds(count, Self.figures(lateMilliseconds: lateMilliseconds))
  }

  @Test mutating func `five bad seconds of ten turn new calls away, and half a minute of rest takes them again`() {
    #expect(seconds(4, lateMilliseconds: 61) == [] && seconds(3, lateMilliseconds: 60) == [] && !watch.isOverloaded)
    #expect(seconds(1, lateMilliseconds: 61) == [.overloaded([.lateness])] && watch.isOverloaded)
    #expect(seconds(29, lateMilliseconds: 30) == [] && seconds(1, lateMilliseconds: 31) == [])
    #expect(seconds(29, lateMilliseconds: 30) == [] && watch.isOverloaded)
    #expect(seconds(1, lateMilliseconds: 30) == [.recovered(after: .seconds(60))] && !watch.isOverloaded)
    // What was bad before is forgotten.
    #expect(seconds(4, lateMilliseconds: 1000) == [])
    #expect(seconds(1, lateMilliseconds: 1000) == [.overloaded([.lateness])])
  }

  @Test mutating func `four bad seconds of each ten go by`() {
    for _ in 0..<20 {
      #expect(seconds(4, lateMilliseconds: 500) == [])
      #expect(seconds(6, lateMilliseconds: 1) == [])
    }
  }

  @Test mutating func `a daemon that stood still for an hour is not overloaded, and not at rest either`() {
    #expect(seconds(1, lateMilliseconds: 1) == [])
    now = now.advanced(by: .seconds(3600))
    #expect(watch.loadMeasured(Self.figures(lateMilliseconds: 3_600_000), at: now) == [])
    #expect(seconds(3, lateMilliseconds: 500) == [.overloaded([.lateness])])
    now = now.advanced(by: .seconds(3600))
    #expect(watch.loadMeasured(LoadFigures(), at: now) == [] && watch.isOverloaded)
  }

  @Test mutating func `each figure counts by itself, and the causes are those of all bad seconds`() {
    var signalling = LoadFigures()
    signalling.signallingLateness = .milliseconds(501)
    var buffers = LoadFigures()
    buffers.recorderPercent = 51
    var lost = LoadFigures()
    lost.lostSamples = 1
    var events = LoadFigures()
    events.eventsWaiting = 1001
    for (figures, cause) in [
      (signalling, OverloadCause.signalling), (buffers, .recorder), (lost, .recorder), (events, .events),
    ] {
      watch = OverloadWatch(settings: .init())
      #expect(seconds(5, figures) == [.overloaded([cause])])
      #expect(seconds(100, figures) == [] && watch.isOverloaded)
      #expect(seconds(30, LoadFigures()) == [.recovered(after: .seconds(130))])
    }
    _ = seconds(2, events) + seconds(2, lost)
    #expect(seconds(1, signalling) == [.overloaded([.signalling, .recorder, .events])])
  }

  @Test mutating func `figures that come twice, or from the past, change nothing`() {
    for _ in 0..<4 { _ = seconds(1, lateMilliseconds: 61) }
    let bad = Self.figures(lateMilliseconds: 61)
    for _ in 0..<10 { #expect(watch.loadMeasured(bad, at: now) == []) }
    let past = Moment(monotonicNanoseconds: -5, wallMilliseconds: 0)
    #expect(watch.loadMeasured(bad, at: past) == [] && !watch.isOverloaded)
  }

  /// Against a second reckoning, from all that has ever come.
  @Test(arguments: 0..<1000 as Range<UInt64>)
  func `it begins with sustained lateness only, and never flaps faster than its times`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var settings = OverloadWatch.Settings()
    settings.badTime = .seconds(Int(1 + random.next() % 8))
    settings.window = settings.badTime + .seconds(Int(random.next() % 10))
    settings.quietTime = .seconds(Int(1 + random.next() % 40))
    var watch = OverloadWatch(settings: settings)
    var now = Moment(monotonicNanoseconds: 0, wallMilliseconds: 0)
    // Since the last change, the latest first.
    var seen: [(at: Moment, length: Duration, milliseconds: Int)] = []
    var isFirst = true
    var changedAt: Moment?
    // Stretches of a mood, as load has them.
    var mood: UInt64 = 0
    for _ in 0..<400 {
      if random.chance(12) { mood = random.next() % 4 }
      let passed = Duration.milliseconds(
        random.chance(40) ? Int(random.next() % 20_000) : 900 + Int(random.next() % 300))
      now = now.advanced(by: passed)
      let late = [
        Int(random.next() % 30), Int(random.next() % 60), Int(random.next() % 120), 61 + Int(random.next() % 900),
      ][Int(mood)]
      seen.insert((now, isFirst ? .seconds(1) : min(passed, OverloadWatch.longestStretch), late), at: 0)
      isFirst = false
      let before = watch.isOverloaded
      let effects = watch.loadMeasured(Self.figures(lateMilliseconds: late), at: now)
      #expect(effects.isEmpty == (watch.isOverloaded == before))
      if before {
        let rest = seen.prefix { $0.milliseconds <= 30 }.reduce(Duration.zero) { $0 + $1.length }
        #expect(watch.isOverloaded == (rest < settings.quietTime))
        if let changedAt, !watch.isOverloaded { #expect(now.since(changedAt) >= settings.quietTime) }
      } else {
        let bad = seen.prefix { now.since($0.at) < settings.window }.filter { $0.milliseconds > 60 }
        let sum = bad.reduce(Duration.zero) { $0 + $1.length }
        #expect(watch.isOverloaded == (late > 60 && sum >= settings.badTime))
        if let changedAt, watch.isOverloaded { #expect(now.since(changedAt) >= settings.badTime) }
      }
      if watch.isOverloaded != before {
        changedAt = now
        seen = []
      }
    }
  }
}
