import Configuration
import Distribution
import Figures
import Telephony
import Testing

@Suite struct `What the file says of choosing agents` {
  static let text = """
    [[trunks]]
    id = "pbx"
    addresses = ["192.0.2.1"]
    [[queues]]
    id = "support"
    strategy = "ring_progressively"
    weight = -3
    ring_more_seconds = 2.5
    wrap_up = "until_disposition"
    wrap_up_may_end_early = false
    longest_line = 12
    longest_wait_seconds = 300
    join_needs = "logged_in"
    stay_needs = "reachable"
    keep_place_seconds = 120
    paused = true
    hold_last_step = true
    service_level_seconds = 30
    short_abandon_seconds = 0
    [queues.overflow]
    full = "queue:sales"
    nobody = "agent:1001"
    long_wait = "number:03-1234-0000"
    [[queues.steps]]
    needs = "english>=2 AND (tech>=1 OR sales>=3)"
    seconds = 20
    [[queues.steps]]
    needs = "english"
    seconds = 40
    [[queues]]
    id = "sales"
    [[agents]]
    id = "1001"
    skills = { english = 3, tech = 0, sales = 5 }
    capacity = 3
    [agents.queues]
    support = { level = 2, position = 7, weight = 3, delay_seconds = 30, paused = true }
    sales = 4
    [[reasons]]
    id = "lunch"
    name = "昼食"
    paid = false
    longest_minutes = 60
    [[reasons]]
    id = "training"
    counts_as_work = true
    [[dispositions]]
    id = "sold"
    name = "成約"
    queues = ["sales"]
    [[dispositions]]
    id = "other"
    is_reason = true
    [dialing]
    trunk = "pbx"
    [distribution]
    aging_per_minute = 5
    counter_window = 3600
    outbound_resets_idle = false
    seed = 42
    expected_handling_seconds = 180
    day_ends = "05:30"
    keep_decisions_hours = 2
    [distribution.direct]
    wrap_up = "optional"
    """

  @Test func `every key arrives where it is meant to`() throws {
    let configuration = try parse(Self.text).get().configuration
    let settings = configuration.distribution

    var support = QueueSettings(id: "support")
    support.strategy = .ringProgressively
    support.weight = -3
    support.ringMoreAfter = .milliseconds(2500)
    support.wrapUpMode = .untilDisposition
    support.wrapUpMayEndEarly = false
    support.longestLine = 12
    support.longestWait = .seconds(300)
    support.joinNeeds = .loggedIn
    support.stayNeeds = .reachable
    support.keepsPlace = .seconds(120)
    support.isPaused = true
    support.holdsLastStep = true
    support.overflow.whenFull = .queue("sales")
    support.overflow.whenNobody = .agent("1001")
    support.overflow.afterLongestWait = .number("03-1234-0000")
    support.steps = [
      SkillStep(
        .all([
          .skill("english", atLeast: 2), .any([.skill("tech", atLeast: 1), .skill("sales", atLeast: 3)]),
        ]), lasts: .seconds(20)),
      SkillStep(.skill("english", atLeast: 0), lasts: .seconds(40)),
    ]
    #expect(settings.queues == [support, QueueSettings(id: "sales")])
    #expect(configuration.queues.map(\.serviceLevel) == [.seconds(30), .seconds(20)])
    #expect(configuration.queues.map(\.shortAbandon) == [.zero, .seconds(5)])

    var paused = Membership(level: 2)
    paused.position = 7
    paused.weight = 3
    paused.delay = .seconds(30)
    paused.isPaused = true
    #expect(settings.agents.map(\.memberships) == [["support": paused, "sales": 4]])
    #expect(settings.agents.map(\.skills) == [["english": 3, "tech": 0, "sales": 5]])
    #expect(settings.agents.map(\.capacity) == [3])

    #expect(
      configuration.reasons == [
        ReasonProfile(id: "lunch", name: "昼食"), ReasonProfile(id: "training", name: "training"),
      ])
    #expect(
      settings.reasons == [
        "lunch": ReasonSettings(isPaid: false, longest: .seconds(3600)),
        "training": ReasonSettings(isPaid: true, countsAsWork: true),
      ])
    #expect(
      configuration.dispositions == [
        DispositionProfile(id: "sold", name: "成約", queues: ["sales"]),
        DispositionProfile(id: "other", name: "other", isReason: true),
      ])

    #expect(settings.aging == 5)
    #expect(settings.counterWindow == .rolling(.seconds(3600)))
    #expect(!settings.outboundResetsIdle)
    #expect(settings.seed == 42)
    #expect(settings.expectedHandling == .seconds(180))
    #expect(settings.explains)
    #expect(configuration.dayEnds == 330)
    #expect(configuration.decisionsKept == .seconds(7200))
    #expect(settings.direct.wrapUpMode == .optional)
  }

  @Test func `a call to one agent waits for a minute unless told`() throws {
    #expect(try parse("").get().configuration.distribution.direct.longestWait == .seconds(60))
    let told = "[distribution.direct]\nlongest_wait_seconds = 10\n"
    #expect(try parse(told).get().configuration.distribution.direct.longestWait == .seconds(10))
  }

  @Test(arguments: [("\"shift\"", CounterWindow.shift), ("\"day\"", .day), ("60.5", .rolling(.milliseconds(60_500)))])
  func `counters go back to the log-in, the day, or some seconds`(word: String, expected: CounterWindow) throws {
    let text = "[distribution]\ncounter_window = \(word)\n"
    #expect(try parse(text).get().configuration.distribution.counterWindow == expected)
  }

  @Test func `what is open in the definitions of figures arrives`() throws {
    let text = "[figures]\nfirst_contact_days = 90\nearly_flow_out = \"hit\"\nkeep_figures_days = 2\n"
    let configuration = try parse(text).get().configuration
    #expect(configuration.figures.firstContactDays == 90 && configuration.figures.earlyFlowOut == .hit)
    #expect(configuration.figuresKept == .seconds(2 * 86_400))
    #expect(try parse("").get().configuration.figures.firstContactDays == 7)
  }

  @Test func `where no decision is kept, none is explained`() throws {
    let configuration = try parse("[distribution]\nkeep_decisions_hours = 0\n").get().configuration
    #expect(!configuration.distribution.explains)
    #expect(configuration.decisionsKept == .zero)
  }

  @Test(arguments: QueueStrategy.allCases)
  func `every strategy can be written`(strategy: QueueStrategy) throws {
    let text = "[[queues]]\nid = \"q\"\nstrategy = \"\(strategy.rawValue)\"\n"
    #expect(try parse(text).get().configuration.distribution.queues.map(\.strategy) == [strategy])
  }
}
