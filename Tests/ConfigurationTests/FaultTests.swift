import Configuration
import Testing

/// Roles and an able trunk, so that nothing else is to be said.
private let quiet = """

  [[trunks]]
  id = "able"
  addresses = ["192.0.2.1"]
  emergency = true
  caller_number = "03-1234-5678"
  [[entries]]
  called = "*"
  reject = 480
  [[control.roles]]
  role = "administrator"
  user = "root"

  """

@Suite struct `Faults in a configuration` {
  static let phone = "[[phones]]\nid = \"desk\"\nsecret = \"long-enough\"\n"
  static let queue = "[[queues]]\nid = \"support\"\n"
  static let agent = "[[agents]]\nid = \"1001\"\nqueues = [\"support\"]\n"

  /// Each text, and what is said of it: all of it.
  static let cases: [(String, [String])] = [
    // Syntax
    ("[sip\n", ["1:5: error: not TOML: Error while parsing table header: expected ']', saw '\\n'"]),
    (
      "[sip]\nport = 1\nport = 2\n",
      ["3:8: error: not TOML: Error while parsing key-value pair: cannot redefine existing integer 'port'"]
    ),
    // Unknown keys
    ("[sip]\nprot = 5060\n", ["2:1: error: [sip] knows no key 'prot'; did you mean 'port'?"]),
    ("[sip]\nqwertzuiop = 5060\n", ["2:1: error: [sip] knows no key 'qwertzuiop'"]),
    ("[spi]\nport = 5060\n", ["1:2: error: the file knows no key 'spi'; did you mean 'sip'?"]),
    ("[[queue]]\nid = \"a\"\n", ["1:3: error: the file knows no key 'queue'; did you mean 'queues'?"]),
    // Types and ranges
    ("[sip]\nport = \"5060\"\n", ["2:8: error: port must be a whole number, not text"]),
    ("[sip]\n  port = 70000\n", ["2:10: error: port must be from 1 to 65535, not 70000"]),
    ("[sip]\nbind = 5\n", ["2:8: error: bind must be text in quotes, not a whole number"]),
    ("[sip]\ntransports = \"udp\"\n", ["2:14: error: transports must be a list of texts such as [\"udp\"], not text"]),
    ("[sip]\ntransports = [\"udp\", 7]\n", ["2:22: error: transports must be a list of texts; this is a whole number"]),
    ("sip = 5\n", ["1:7: error: sip must be a table: write [sip], not a whole number"]),
    ("queues = 5\n", ["1:10: error: queues must be a list of tables: write [[queues]], not a whole number"]),
    ("queues = [5]\n", ["1:11: error: queues must be a list of tables: write [[queues]]"]),
    (
      queue + agent + "[shutdown]\ndrain_seconds = -1.5\n",
      ["7:17: error: drain_seconds must be from 0 to 86400 seconds"]
    ),
    (
      queue + agent + "[shutdown]\ndrain_seconds = nan\n",
      ["7:17: error: drain_seconds must be from 0 to 86400 seconds"]
    ),
    (
      "[log]\nlevel = \"inof\"\n",
      ["2:9: error: level cannot be 'inof': one of 'error', 'warning', 'notice', 'info', 'debug'; did you mean 'info'?"]
    ),
    // [overload]
    ("[overload]\nlate_ms = 5\n", ["2:11: error: late_ms must be from 20 to 5000, not 5"]),
    (
      "[overload]\nwindow_seconds = 4\nlate_sm = 50\n",
      [
        "2:1: error: bad_seconds cannot be more than window_seconds: no call would ever be turned away",
        "3:1: error: [overload] knows no key 'late_sm'; did you mean 'late_ms'?",
      ]
    ),
    // [sip]
    ("[sip]\nbind = \"localhost\"\n", ["2:8: error: bind must be a numeric IPv4 or IPv6 address, not 'localhost'"]),
    (
      "[sip]\npublic_address = \"::1\"\n",
      ["2:18: error: public_address must be a numeric address of the same family as bind, not '::1'"]
    ),
    (
      "[sip]\nrtp_ports = \"20001-20003\"\n",
      [
        "2:13: error: rtp_ports must be an even first and a last port from 1024 to 65535, such as '20000-29999', not '20001-20003'"
      ]
    ),
    ("[sip]\nrtp_ports = \"5000-29999\"\n", ["2:13: error: rtp_ports contains the SIP port 5060"]),
    (
      "[sip]\nbind = \"0.0.0.0\"\n",
      ["2:1: error: bind is every address: set public_address to the one that peers are told"]
    ),
    ("[sip]\nbind = \"::\"\npublic_address = \"2001:db8::1\"\n", []),
    ("[sip]\nmax_legs = 2049\n", ["2:12: error: max_legs must be from 2 to 2048, not 2049"]),
    ("[sip]\nrtp_ports = \"20000-20099\"\n", ["2:1: warning: rtp_ports are enough for 50 legs, and max_legs is 1000"]),
    (
      "[sip]\ncodecs = [\"PCMU\", \"G729\"]\n",
      ["2:19: error: codecs cannot be 'G729': one of 'PCMU', 'PCMA', 'G722', 'opus'; did you mean 'G722'?"]
    ),
    ("[sip]\ncodecs = [\"PCMU\", \"PCMU\"]\n", ["2:19: error: 'PCMU' stands in codecs twice"]),
    ("[sip]\nrealm = 'a\"b'\n", ["2:9: error: realm must be 1 to 64 ASCII characters without quotes, not 'a\"b'"]),
    ("[sip]\naudio_rate = 44100\n", ["2:14: error: audio_rate must be 8000 or 16000, not 44100"]),
    ("[sip]\nregister_min_seconds = 7200\n", ["2:1: error: register_min_seconds is more than register_max_seconds"]),
    // Trunks
    (
      "[[trunks]]\nid = \"a\"\n",
      ["1:1: error: [[trunks]] has no addresses: a trunk is known by where its calls come from"]
    ),
    (
      "[[trunks]]\nid = \"a\"\naddresses = [\"192.0.2.300\"]\n",
      [
        "3:14: error: '192.0.2.300' is no address: write 192.0.2.10, 192.0.2.0/24, 192.0.2.10:5060 or [2001:db8::1]:5060",
        "1:1: error: [[trunks]] has no proxy: with more than one address it must say where calls go",
      ]
    ),
    (
      "[[trunks]]\nid = \"a\"\nproxy = \"a:5\"\naddresses = [\"192.0.2.65/28\", \"192.0.2.0/33\", \"192.0.2.1:0\", \"::1\", \"0.0.0.0/0\"]\n",
      [
        "4:14: error: '192.0.2.65/28' has bits set behind its prefix of 28: write the network's first address",
        "4:31: error: '192.0.2.0/33' has no prefix length from 0 to 32 behind its slash",
        "4:47: error: '192.0.2.1:0' has no port from 1 to 65535 behind its colon",
        "4:62: error: '::1' is of another address family than [sip] bind: nothing could come from it",
        "4:69: warning: '0.0.0.0/0' is everybody: whoever reaches the port is taken for this trunk",
      ]
    ),
    (
      "[[trunks]]\nid = \"a\"\naddresses = [\"192.0.2.0/24\"]\nproxy = \"a b\"\n",
      ["4:9: error: proxy must be host:port, such as '192.0.2.10:5060', not 'a b'"]
    ),
    (
      "[sip]\ntransports = [\"tcp\"]\n[[trunks]]\nid = \"a\"\naddresses = [\"192.0.2.1\"]\ntransport = \"udp\"\n",
      ["6:13: error: transport is 'udp', which [sip] transports does not have"]
    ),
    (
      "[[trunks]]\nid = \"a\"\naddresses = [\"192.0.2.1\"]\ncaller_number = \"anna\"\n",
      ["4:17: error: caller_number: 'anna' is not a telephone number"]
    ),
    (
      "[[trunks]]\nid = \"a\"\naddresses = [\"192.0.2.1\"]\nid2 = 1\n[[trunks]]\nid = \"a\"\naddresses = [\"192.0.2.2\"]\n",
      [
        "4:1: error: [[trunks]] knows no key 'id2'; did you mean 'id'?",
        "6:6: error: [[trunks]] 'a' stands here twice, first on line 2",
      ]
    ),
    (
      "[[trunks]]\nid = \"a\"\naddresses = [\"192.0.2.0/24\"]\nproxy = \"a\"\n[[trunks]]\nid = \"b\"\naddresses = [\"192.0.2.7\"]\n",
      ["7:14: warning: '192.0.2.7' belongs to trunk 'a' as well, which comes first"]
    ),
    // Phones
    (phone + phone, ["5:6: error: [[phones]] 'desk' stands here twice, first on line 2"]),
    (
      "[[phones]]\nid = \"a b\"\nsecret = \"long-enough\"\n",
      ["2:6: error: 'a b' cannot be an id: 1 to 64 of the letters A–Z, a–z, digits, '-', '_' and '.'"]
    ),
    ("[[phones]]\nsecret = \"long-enough\"\n", ["1:1: error: [[phones]] has no id: every one needs a name of its own"]),
    (
      "[[phones]]\nid = \"a\"\n",
      [
        "1:1: error: [[phones]] has no secret: set secret or secret_file for a phone that registers here, or trunk and number"
      ]
    ),
    (
      "[[phones]]\nid = \"a\"\nsecret = \"short\"\n",
      ["3:10: warning: this secret is short: eight characters or more can be guessed less easily"]
    ),
    (
      "[[phones]]\nid = \"a\"\nsecret = \"\"\n",
      ["3:10: error: a secret must be 1 to 128 bytes of text without control characters"]
    ),
    (
      "[[phones]]\nid = \"a\"\nsecret_file = \"none\"\n",
      ["3:15: error: secret_file: '/nowhere/none' cannot be read: there is no such file"]
    ),
    (
      "[[phones]]\nid = \"a\"\ntrunk = \"pxb\"\nnumber = \"1001\"\n[[trunks]]\nid = \"pbx\"\naddresses = [\"192.0.2.1\"]\n",
      ["3:9: error: there is no trunk 'pxb'; did you mean 'pbx'?"]
    ),
    (
      "[[phones]]\nid = \"a\"\nnumber = \"1001\"\nsecret = \"long-enough\"\n",
      [
        "1:1: error: [[phones]] has no trunk: a phone with a number is behind one",
        "4:1: error: secret is for phones that register here; this one is behind a trunk",
      ]
    ),
    (
      "[[trunks]]\nid = \"p\"\naddresses = [\"192.0.2.1\"]\n[[phones]]\nid = \"a\"\ntrunk = \"p\"\nnumber = \"1001\"\n[[phones]]\nid = \"b\"\ntrunk = \"p\"\nnumber = \"1001\"\n",
      ["11:1: error: number '1001' of trunk 'p' is phone 'a' already"]
    ),
    (
      phone + "srtp = \"require\"\n",
      ["4:8: error: srtp cannot be 'require': one of 'off', 'optional', 'required'; did you mean 'required'?"]
    ),
    (
      "[[trunks]]\nid = \"p\"\naddresses = [\"192.0.2.1\"]\nsrtp = \"sdes\"\n[[phones]]\nid = \"a\"\ntrunk = \"p\"\nnumber = \"1001\"\nsrtp = \"required\"\n",
      [
        "4:8: error: srtp cannot be 'sdes': one of 'off', 'optional', 'required'",
        "9:1: error: srtp is for phones that register here; this one is behind a trunk",
      ]
    ),
    (
      phone + "digest = \"sha256\"\n",
      ["4:10: error: digest cannot be 'sha256': one of 'md5', 'sha-256'; did you mean 'sha-256'?"]
    ),
    // Queues and agents
    (queue + queue + agent, ["4:6: error: [[queues]] 'support' stands here twice, first on line 2"]),
    (queue, ["2:1: warning: queue 'support' has no agents: its callers wait in vain"]),
    (
      queue + "answer = \"early-media\"\n" + agent,
      [
        "3:1: warning: callers of queue 'support' may wait more than 150 s in early media, and networks end such calls: set longest_wait_seconds to 150 or less, or answer = \"immediately\""
      ]
    ),
    (
      queue + "answer = \"early-media\"\nlongest_wait_seconds = 151\n" + agent,
      [
        "4:1: warning: callers of queue 'support' may wait more than 150 s in early media, and networks end such calls: set longest_wait_seconds to 150 or less, or answer = \"immediately\""
      ]
    ),
    (queue + "answer = \"early-media\"\nlongest_wait_seconds = 150\n" + agent, []),
    (
      queue + "greeting = \"none.wav\"\n" + agent,
      ["3:12: error: greeting: '/nowhere/none.wav' cannot be read: there is no such file"]
    ),
    (
      "[[queues]]\nid = \"direct\"\n",
      [
        "2:1: error: 'direct' is the name of calls to one agent: give the queue another",
        "2:1: warning: queue 'direct' has no agents: its callers wait in vain",
      ]
    ),
    (queue + "name = \"a\\u0007b\"\n" + agent, ["3:8: error: name must be one line of at most 200 characters"]),
    (queue + agent + agent, ["7:6: error: [[agents]] '1001' stands here twice, first on line 4"]),
    (
      queue + agent + "[[agents]]\nid = \"2\"\nphone = \"dsek\"\nqueues = { suport = 1, support = 0 }\n" + phone,
      [
        "8:9: error: there is no phone 'dsek'; did you mean 'desk'?",
        "9:12: error: there is no queue 'suport'; did you mean 'support'?",
        "9:34: error: support must be from 1 to 100, not 0",
      ]
    ),
    // Entries
    (
      queue + agent + "[[entries]]\ncalled = \"8000\"\nqueue = \"suport\"\n",
      ["8:9: error: there is no queue 'suport'; did you mean 'support'?"]
    ),
    (
      queue + agent + "[[entries]]\ncalled = \"8000\"\nagent = \"1002\"\n",
      ["8:9: error: there is no agent '1002'; did you mean '1001'?"]
    ),
    (
      queue + agent + "[[entries]]\ncalled = \"80xx\"\nqueue = \"support\"\n",
      [
        "7:10: error: called: '80xx' is no pattern: digits, X for any digit, + in front, * at the end; did you mean '80XX'?"
      ]
    ),
    (
      queue + agent + "[[entries]]\ncalled = \"80*0\"\nqueue = \"support\"\n",
      ["7:10: error: called: '80*0' is no pattern: digits, X for any digit, + in front, * at the end"]
    ),
    (
      queue + agent + "[[entries]]\nqueue = \"support\"\n",
      ["6:1: error: [[entries]] has no called: which number it is for; \"*\" for every one"]
    ),
    (
      queue + agent + "[[entries]]\ncalled = \"8000\"\n",
      ["6:1: error: [[entries]] has no target: set queue, agent, announcement or reject"]
    ),
    (
      queue + agent + "[[entries]]\ncalled = \"8000\"\nqueue = \"support\"\nreject = 603\n",
      ["9:1: error: an entry has one target: reject stands beside queue"]
    ),
    (
      queue + agent + "[[entries]]\ncalled = \"8000\"\nreject = 200\n",
      ["8:10: error: reject must be from 400 to 699, not 200"]
    ),
    (
      queue + agent + "[[entries]]\ncalled = \"8000\"\nreject = 603\nstatus = 480\n",
      ["9:1: error: status is for an announcement; reject = 603 has its status itself"]
    ),
    (
      queue + agent + "[[entries]]\ncalled = \"8000\"\ncaller = \"witheld\"\nreject = 603\n",
      [
        "8:10: error: caller cannot be 'witheld': a number pattern, or one of 'any', 'withheld', 'payphone', 'unavailable', 'service-conflict', 'anonymous', 'international', 'blocked'; did you mean 'withheld'?"
      ]
    ),
    (
      queue + agent
        + "[[entries]]\ncalled = \"*\"\nqueue = \"support\"\n[[entries]]\ncalled = \"8000\"\nreject = 404\n",
      ["9:1: warning: this entry is never reached: the one on line 6 takes every such call"]
    ),
    (
      "[blocked]\nnumbers = [\"03-1234-5678\", \"03-12\"]\n",
      [
        "2:28: error: numbers: '03-12' is no pattern: digits, X for any digit, + in front, * at the end; did you mean '0312'?"
      ]
    ),
    (
      "[callers]\ntexts = { \"Coin\" = \"payfone\" }\n",
      [
        "2:20: error: Coin cannot be 'payfone': one of 'withheld', 'payphone', 'unavailable', 'service-conflict'; did you mean 'payphone'?"
      ]
    ),
    // Dialling
    (
      "[dialing]\ncountry = \"Japan\"\n",
      ["2:11: error: country must be two capital letters, such as 'JP', not 'Japan'"]
    ),
    (
      "[dialing]\ncountry = \"XX\"\n",
      ["2:11: error: country 'XX' is none whose numbers are known: a code of ISO 3166, such as 'JP'"]
    ),
    (
      "[dialing]\ndefault_area = \"3\"\n",
      ["2:16: error: default_area must be an area code of 2 to 5 digits with its leading zero, such as '03', not '3'"]
    ),
    (
      "[dialing]\nextension_digits = \"5-3\"\n",
      ["2:20: error: extension_digits must be from 2 to 8, such as '4' or '3-5', not '5-3'"]
    ),
    (
      "[dialing]\nopen = [\"mobil\"]\n",
      [
        "2:9: error: open: there is no class of numbers 'mobil': one of 'fixed', 'mobile', 'fmc', 'ip', 'free-dial', 'free', 'navi', 'premium', 'machine', 'emergency', 'special', 'carrier-access', 'international', 'extension', 'other'; did you mean 'mobile'?"
      ]
    ),
    ("[dialing]\ntrunk = \"abel\"\n", ["2:9: error: there is no trunk 'abel'; did you mean 'able'?"]),
    (
      "[[trunks]]\nid = \"p\"\naddresses = [\"192.0.2.1\"]\n[dialing]\nemergency_trunk = \"p\"\n",
      ["5:19: error: trunk 'p' is not declared able to take emergency calls: set emergency = true there, if it is"]
    ),
    // The rest
    (
      "[directory]\ncustomers = \"none.toml\"\n",
      ["2:13: error: customers: '/nowhere/none.toml' cannot be read: there is no such file"]
    ),
    (
      "[control]\nsocket = \"/\(String(repeating: "a", count: 107))\"\n",
      ["2:10: error: socket: the path is longer than 107 bytes"]
    ),
    (
      "[[control.roles]]\nrole = \"admin\"\nuser = \"root\"\n",
      ["2:8: error: role cannot be 'admin': one of 'administrator', 'supervisor', 'agent', 'read-only'"]
    ),
    (
      "[[control.roles]]\nrole = \"agent\"\nuser = \"a\"\ngroup = \"b\"\n",
      ["4:1: error: a rule is for a user or a group, not both: write two rules"]
    ),
    ("[[control.roles]]\nrole = \"agent\"\n", ["1:1: error: [[control.roles]] has no user: set user or group"]),
    (
      "[[control.roles]]\nrole = \"administrator\"\nuser = 1000\nagent = \"1001\"\n" + queue + agent,
      ["4:1: error: agent is for the roles 'agent' and 'supervisor': administrator is bound to nobody"]
    ),
    (
      "[[control.roles]]\nrole = \"agent\"\nuser = \"a:b\"\n",
      ["3:8: error: user must be a Unix name, a number or '@self', not 'a:b'"]
    ),
  ]

  @Test(arguments: cases)
  func `each is told with its place, what is wrong and what was meant`(text: String, expected: [String]) {
    // What every small text lacks is tested by itself.
    let found = faults(text).filter {
      !$0.contains("110, 118 and 119") && !$0.contains("nobody may use the socket") && !$0.contains("gets 404")
    }
    // `able` is a trunk of the quiet tail.
    if text.contains("abel") {
      #expect(faults(text + quiet).contains(expected[0]))
    } else {
      #expect(found == expected.sorted { place($0) < place($1) })
    }
  }

  private func place(_ fault: String) -> (Int, Int) {
    let parts = fault.split(separator: ":").prefix(2).map { Int($0) ?? 0 }
    return (parts[0], parts[1])
  }

  @Test func `an empty file serves nobody, and says so`() {
    #expect(
      faults("") == [
        "1:1: warning: 110, 118 and 119 cannot be dialled: there is no trunk by which they could go out",
        "1:1: warning: there are no [[control.roles]]: nobody may use the socket",
        "1:1: warning: there are no [[entries]]: every call that comes in gets 404",
      ])
    #expect(faults(quiet) == [])
  }

  @Test func `a fault reads as editors understand it`() {
    let fault = Fault(file: "/etc/tsunagi.toml", line: 3, column: 8, message: "port must be a whole number")
    #expect(fault.description == "/etc/tsunagi.toml:3:8: error: port must be a whole number")
    #expect("\(ConfigurationFaults(faults: [fault, fault]))" == "\(fault)\n\(fault)")
  }
}
