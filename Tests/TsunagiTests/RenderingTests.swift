import Control
import Telephony
import Testing

@testable import ControlClient

@Suite struct `What people see` {
  private func rendering(_ language: String = "C") -> Rendering {
    var rendering = Rendering(words: Wording(environment: ["LANG": language]))
    rendering.time = { "t\($0 / 1000)" }
    return rendering
  }

  private func json(_ text: String) throws -> JSON { try JSON(reading: text.utf8) }

  @Test(arguments: [
    ("abc", 3), ("田中", 4), ("ﾀﾅｶ", 3), ("タナカ", 6), ("e\u{301}", 1), ("か\u{3099}", 2), ("Ａ１", 4), ("한글", 4), ("→é", 2),
    ("", 0),
    ("😀", 2), ("👩\u{200D}💻", 4), ("𠮷", 2), ("（株）", 6), ("\u{AD}", 0),
    ("⌚⭐✅", 6), ("🌡", 1), ("☎", 1), ("🇯🇵", 2), ("🈁〈", 4),
  ])
  func `text takes its cells`(text: String, width: Int) {
    #expect(TerminalText.width(text) == width)
  }

  @Test(arguments: [
    ("\u{1B}[31mred\u{7}", "\u{FFFD}[31mred\u{FFFD}"), ("a\nb\tc", "a b c"), ("\u{202E}abc", "\u{FFFD}abc"),
    ("\u{9B}2J", "\u{FFFD}2J"),
    ("田\u{2028}中", "田 中"), ("日本 ok", "日本 ok"),
  ])
  func `nothing moves the cursor`(text: String, safe: String) {
    #expect(TerminalText.safe(text) == safe)
  }

  @Test func `columns are aligned by cells`() throws {
    let text = try rendering().text(
      of: json(
        """
        [{"agent":"1001","name":"田中 花子","reading":"","status":"ready","activity":"talking","phone":"2001","contact":"c1",
          "statusSince":"1970-01-01T00:00:05Z","activitySince":"1970-01-01T00:01:00Z","queues":["sales","help"],
          "contacts":["c0","c1"],"capacity":3,"callsToday":3,"occupancyPercent":62.5},
         {"agent":"2","name":"Bo","reading":"","status":"not_ready","reason":"lunch","activity":"idle","pending":"ready",
          "statusSince":"1970-01-01T00:00:07Z","activitySince":"x","queues":[],"contacts":[],"capacity":1}]
        """), as: .agents)
    #expect(
      text == """
        AGENT  NAME       STATUS                     ACTIVITY     PHONE  SINCE  TODAY  OCC %  QUEUES      CONTACT
        1001   田中 花子  ready                      talking 2/3  2001   t60        3   62.5  sales,help  c0,c1
        2      Bo         not_ready (lunch) → ready  idle         -      t7         -      -  -           -

        """)
  }

  @Test func `tables are Japanese where the locale is`() throws {
    let queue =
      #"[{"queue":"q","name":"営業","waiting":12,"ringing":0,"longestWaitSeconds":65,"agentsLoggedIn":3,"agentsFree":1,"paused":true,"offeredToday":9,"answeredToday":7,"abandonedToday":1,"serviceLevelPercent":79.949874687,"earlyFlowOut":"hit","estimatedWaitReason":"queue_paused"}]"#
    #expect(
      try rendering("ja_JP.UTF-8").text(of: json(queue), as: .queues) == """
        キュー  名称  状態    待ち  呼出中  最長待ち  予想待ち  ログイン  空き  着信件数  応答件数  放棄呼   SL%
        q       営業  停止中    12       0      1:05    停止中         3     1         9         7       1  79.9
        基準時間内の転出: 達成

        """)
    #expect(try rendering("ja_JP.UTF-8").text(of: json("[]"), as: .calls) == "該当なし\n")
    let agents = """
      [{"agent":"1","name":"佐藤","reading":"","status":"not_ready","reason":"no-answer","activity":"acw","pending":"ready",
        "statusSince":"x","activitySince":"x","queues":[],"contacts":[],"capacity":1},
       {"agent":"2","name":"Bo","reading":"","status":"not_ready","reason":"lunch","reasonName":"昼食","activity":"new-word","statusSince":"x",
        "activitySince":"x","queues":[],"contacts":[],"capacity":1}]
      """
    #expect(
      try rendering("ja_JP.UTF-8").text(of: json(agents), as: .agents) == """
        担当者  氏名  状態                      活動      電話機  開始  本日対応  占有率%  キュー  コンタクト
        1       佐藤  離席 (応答なし) → 受付可  後処理    -       x            -        -  -       -
        2       Bo    離席 (昼食)               new-word  -       x            -        -  -       -

        """)
  }

  @Test func `how long half and nine in ten will wait at most, or why nobody can say`() throws {
    let queue = { (name: String, estimate: String) in
      #"{"queue":"\#(name)","name":"","waiting":0,"ringing":0,"agentsLoggedIn":0,"agentsFree":0,"paused":false,\#(estimate)}"#
    }
    let known = #""estimatedWait":{"p50Seconds":20,"p90Seconds":3665}"#
    let queues = "[\(queue("a", known)),\(queue("b", #""estimatedWaitReason":"unstaffed""#))]"
    #expect(
      try rendering().text(of: json(queues), as: .queues) == """
        QUEUE  NAME  STATE  WAITING  RINGING  LONGEST           EST  LOGGED IN  FREE  OFFERED  ANSWERED  LOST  SL %
        a      -     -            0        0        -  0:20–1:01:05          0     0        -         -     -     -
        b      -     -            0        0        -     unstaffed          0     0        -         -     -     -

        """)
    let call = """
      [{"contact":"c1","direction":"inbound","state":"waiting","caller":{"display":"x","name":"","verified":false},"called":"1",
        "queue":"a","agents":[],"startedAt":"x","seconds":61,"recording":false,\(known)}]
      """
    #expect(
      try rendering().text(of: json(call), as: .calls) == """
        CONTACT  DIRECTION  STATE    CALLER  CUSTOMER  QUEUE  AGENT  SECONDS           EST  REC
        c1       inbound    waiting  x       -         a      -           61  0:20–1:01:05  -

        """)
  }

  @Test func `why: a line for each decision, and how it stands now, in the language of the locale`() throws {
    let decision = { (time: String, english: String, japanese: String) in
      """
      {"time":"\(time)","queue":"q","outcome":"waits","others":[],"waitedMilliseconds":0,"ahead":0,"candidates":[],"moreCandidates":0,"moreFree":0,
       "leftOut":[],"moreLeftOut":0,"english":"\(english)","japanese":"\(japanese)"}
      """
    }
    let one = decision("1970-01-01T00:00:09Z", "It waits.", "待機中です。")
    let two = decision("1970-01-01T00:01:40Z", "Offered.\\u001b[2J", "呼び出しました。")
    let now = decision("x", "Nobody.", "いません。")
    let text = #"{"contact":"c","decisions":[\#(one),\#(two)],"present":\#(now)}"#
    #expect(
      try rendering().text(of: json(text), as: .why)
        == "t9    It waits.\nt100  Offered.\u{FFFD}[2J\nnow   Nobody.\n")
    #expect(
      try rendering("ja_JP.UTF-8").text(of: json(text), as: .why)
        == "t9    待機中です。\nt100  呼び出しました。\n現在  いません。\n")
    #expect(try rendering().text(of: json(#"{"contact":"c","decisions":[]}"#), as: .why) == "nothing to show\n")
  }

  @Test func `calls, history, customers, a status and what was done are shown`() throws {
    let caller = #"{"number":"+81312345678","display":"03-1234-5678","name":"","verified":true}"#
    let call = """
      [{"contact":"c1","direction":"inbound","state":"talking","caller":\(caller),"called":"0310001000","customer":"田中","queue":"sales",
        "agent":"1001","agents":["1001"],"startedAt":"x","seconds":61,"recording":true}]
      """
    #expect(
      try rendering().text(of: json(call), as: .calls) == """
        CONTACT  DIRECTION  STATE    CALLER        CUSTOMER  QUEUE  AGENT  SECONDS  EST  REC
        c1       inbound    talking  03-1234-5678  田中      sales  1001        61    -  ●

        """)
    let contact = """
      [{"contact":"c1","direction":"inbound","caller":\(caller),"called":"1000","startedAt":"1970-01-01T00:00:09Z","seconds":70,
        "waitSeconds":5,"talkSeconds":3661,"endReason":"caller_hung_up","segments":[{"segment":"s","kind":"agent","subject":"1001",
        "startedAt":"x","answeredAt":"x","heldSeconds":0},{"segment":"s2","kind":"agent","subject":"1002","startedAt":"x","heldSeconds":0}],
        "disposition":"sold",
        "recordings":[{"recording":"r","path":"/var/r.wav","state":"sealed","startedAt":"x"}]}]
      """
    #expect(
      try rendering().text(of: json(contact), as: .history) == """
        STARTED  DIRECTION  CALLER        CUSTOMER  CALLED  AGENT  WAIT     TALK  END             DISPOSITION  CONTACT  REC
        t9       inbound    03-1234-5678  -         1000    1001   0:05  1:01:01  caller_hung_up  sold         c1       /var/r.wav

        """)
    let customer = """
      [{"customer":"k1","name":"山田\\u001b[2J","reading":"やまだ","romaji":"","numbers":["+811"],"notes":"","attributes":{}}]
      """
    #expect(
      try rendering().text(of: json(customer), as: .customers) == """
        CUSTOMER  NAME      READING  NUMBERS  NOTES
        k1        山田\u{FFFD}[2J  やまだ   +811     -

        """)
    #expect(
      try rendering().text(of: json(#"{"ok":true,"contact":"c9","note":"calling"}"#), as: .done) == "ok  c9  calling\n")
    let status = """
      {"version":"0.1","stack":"PJSIP 2.17","epoch":5,"seq":9,"startedAt":"1970-01-01T00:00:01Z","uptimeSeconds":90,"state":"running",
       "contacts":3,"waiting":1,"talking":2,"agentsLoggedIn":4,"agentsReady":3,"clients":1,"recordings":2}
      """
    #expect(
      try rendering().text(of: json(status), as: .status) == """
        tsunagid    0.1, PJSIP 2.17
        state       running, up since t1 (1:30)
        contacts    3: 1 waiting, 2 talking
        agents      4 logged in, 3 ready
        recordings  2
        clients     1
        load        not measured yet
        events      epoch 5, seq 9

        """)
    #expect(
      try rendering("ja_JP.UTF-8").text(of: json(status), as: .status) == """
        tsunagid    0.1、PJSIP 2.17
        状態        稼働中、t1 から (1:30)
        コンタクト  3 件: 待ち 1、通話中 2
        担当者      ログイン 4、受付可 3
        録音        2
        接続        1
        負荷        未測定
        イベント    epoch 5、seq 9

        """)
    let load = """
      {"ticks":498,"missedTicks":2,"latenessP50Microseconds":110,"latenessP99Microseconds":64000,
       "latenessWorstMicroseconds":312345,"signallingLatenessMicroseconds":9950,"busyPercent":97,"recorderPercent":12,
       "lostSamples":0,"eventsWaiting":3}
      """
    let overloaded =
      status.split(separator: "running").joined(separator: "overloaded").dropLast() + ",\"load\":\(load)}"
    let text = try rendering().text(of: json(String(overloaded)), as: .status)
    #expect(text.contains("state       overloaded, up since t1 (1:30)\n"))
    #expect(
      text.contains(
        "load        audio 0.1/64.0/312.3 ms late (p50/p99/worst), 2 of 500 ticks missed, busy 97 %; SIP 9.9 ms late;"
          + " recorder 12 % full, 0 samples lost; 3 events waiting\n"))
  }

  @Test func `a card is shown with everything on it, and nothing of a stranger's control characters`() throws {
    let event = """
      {"seq":3,"time":"1970-01-01T00:00:07Z","type":"popup","agent":"1001","contact":"c1","data":{"card":"known",
       "caller":{"number":"+81312345678","display":"03-1234-5678","name":"x\\u001b]0;y","verified":true},"called":"1000",
       "waitedMilliseconds":65000,"customers":[{"customer":"k1","name":"田中 花子","reading":"たなか はなこ","romaji":"Tanaka Hanako",
       "numbers":["+81312345678"],"notes":"VIP","attributes":{"rank":"A"}}]}}
      """
    let lines = try rendering().card(json(event)).split(separator: "\n").map(String.init)
    #expect(lines.first?.hasPrefix("── t7 ── 1001 ─") == true)
    #expect(TerminalText.width(lines.first ?? "") == 60)
    #expect(
      lines.dropFirst() == [
        "  Caller    03-1234-5678  x\u{FFFD}]0;y", "  Called    1000", "  Waited    1:05",
        "  Customer  田中 花子 (たなか はなこ, Tanaka Hanako)  k1", "  Numbers   +81312345678", "  rank      A",
        "  Notes     VIP",
        "  Contact   c1",
      ])
  }

  @Test(arguments: [("unknown", "unknown number"), ("pending", "looking up"), ("failed", "look-up failed")])
  func `a card without a customer says why`(card: String, text: String) throws {
    let event = """
      {"time":"x","data":{"card":"\(card)","caller":{"display":"withheld","name":"","verified":false},"called":"1","customers":[],
       "waitedMilliseconds":0}}
      """
    #expect(try rendering().card(json(event)).contains("  Customer  \(text)\n"))
  }

  @Test func `an event is one line`() throws {
    let event =
      #"{"seq":3,"time":"1970-01-01T00:00:07Z","type":"contact.ended","contact":"c1","data":{"reason":"lost\n"}}"#
    #expect(try rendering().event(json(event)) == "t7  3  contact.ended  contact=c1  {\"reason\":\"lost\\n\"}\n")
  }

  @Test func `what is not as the file says stands in a table, with who changed it`() throws {
    let settings = """
      [{"queue":"support","key":"strategy","file":null,"running":"linear","changedAt":"1970-01-01T00:00:05.000Z","user":0},
       {"queue":"support","agent":"1001","key":"level","file":2,"running":2,"changedAt":"1970-01-01T00:00:06.000Z",
        "user":4294967294,"aside":"there is no queue 'support'"}]
      """
    #expect(
      try rendering().text(of: json(settings), as: .settings) == """
        QUEUE    AGENT  SETTING   FILE  RUNNING                                     CHANGED  BY
        support  -      strategy  -     linear                                      t5       root
        support  1001   level     2     2 (set aside: there is no queue 'support')  t6       4294967294

        """)
  }

  @Test func `an answer of another version is an error and no crash`() throws {
    #expect(throws: ClientError.self) { try rendering().text(of: .array([.null]), as: .agents) }
    #expect(throws: ClientError.self) { try rendering().card(.object(["data": .integer(1)])) }
  }
}
