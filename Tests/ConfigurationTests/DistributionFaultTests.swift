import Testing

@Suite struct `Faults in what chooses agents` {
  static let queue = "[[queues]]\nid = \"support\"\n"
  static let sales = "[[queues]]\nid = \"sales\"\n"
  /// Serves both; knows English.
  static let agent = "[[agents]]\nid = \"1001\"\nqueues = [\"support\", \"sales\"]\nskills = { english = 3 }\n"
  static let one = "[[agents]]\nid = \"1001\"\nqueues = [\"support\"]\n"

  /// Each text, and all that is said of it; `support` is the first queue.
  static let cases: [(String, [String])] = [
    // Words and ranges
    (
      queue + "strategy = \"longst_idle\"\n" + one,
      [
        "3:12: error: strategy cannot be 'longst_idle': one of 'longest_idle', 'least_recent', 'fewest_calls', 'least_talk_time', 'least_occupied', 'round_robin', 'linear', 'random', 'weighted_random', 'skill_first', 'ring_all', 'ring_progressively'; did you mean 'longest_idle'?"
      ]
    ),
    (
      queue + "wrap_up = \"until\"\n" + one,
      ["3:11: error: wrap_up cannot be 'until': one of 'none', 'optional', 'timed', 'until_disposition'"]
    ),
    (
      queue + "join_needs = \"redy\"\n" + one,
      [
        "3:14: error: join_needs cannot be 'redy': one of 'logged_in', 'ready', 'reachable', 'free'; did you mean 'ready'?"
      ]
    ),
    (queue + "weight = 10001\n" + one, ["3:10: error: weight must be from -10000 to 10000, not 10001"]),
    (queue + "longest_line = 0\n" + one, ["3:16: error: longest_line must be from 1 to 100000, not 0"]),
    (queue + "ring_more_seconds = 0\n" + one, ["3:21: error: ring_more_seconds must be from 1 to 600, not 0"]),
    (queue + "paused = \"yes\"\n" + one, ["3:10: error: paused must be true or false, not text"]),
    (queue + "service_level_seconds = 0\n" + one, ["3:25: error: service_level_seconds must be from 1 to 3600, not 0"]),
    (queue + "short_abandon_seconds = 0\nkeep_place_seconds = 0\n" + one, []),
    (
      queue + "stategy = \"linear\"\n" + one,
      ["3:1: error: [[queues]] knows no key 'stategy'; did you mean 'strategy'?"]
    ),
    // Steps
    (
      queue + "[[queues.steps]]\nneeds = \"english>2\"\n" + agent + sales,
      ["4:17: error: needs: 'english>2' compares by '>=' only (character 8)"]
    ),
    (
      queue + "[[queues.steps]]\nseconds = 10\n" + one,
      [
        "3:1: error: [[queues.steps]] has no needs: what agents must be able to do: \"english>=2\""
      ]
    ),
    (
      queue + "steps = [{ needs = \"englsh>=2\", second = 3 }]\n" + agent + sales,
      [
        "3:12: warning: no agent has the skill 'englsh'; did you mean 'english'?",
        "3:33: error: [[queues.steps]] knows no key 'second'; did you mean 'seconds'?",
      ]
    ),
    (
      queue + "[[queues.steps]]\nneeds = \"english>=4\"\nseconds = 10\n" + agent + sales,
      ["4:1: warning: no agent of queue 'support' meets this step: it is skipped"]
    ),
    (
      queue + "[[queues.steps]]\nneeds = \"english\"\n[[queues.steps]]\nneeds = \"english>=1\"\nseconds = 5\n" + agent
        + sales,
      ["4:1: warning: this step has no seconds and stays for ever: those behind it never come"]
    ),
    (
      queue + "hold_last_step = true\n" + one,
      ["3:1: warning: hold_last_step does nothing without a last step that has seconds"]
    ),
    // Overflow
    (
      queue + "longest_line = 5\noverflow = { full = \"sales\" }\n" + agent + sales,
      [
        "4:21: error: full cannot be 'sales': 'queue:ID', 'agent:ID', 'number:NUMBER' or 'announcement:FILE'"
      ]
    ),
    (
      queue + "longest_line = 5\noverflow = { full = \"quue:sales\" }\n" + agent + sales,
      [
        "4:21: error: full cannot be 'quue:sales': 'queue:ID', 'agent:ID', 'number:NUMBER' or 'announcement:FILE'; did you mean 'queue'?"
      ]
    ),
    (
      queue + "longest_line = 5\noverflow = { full = \"queue:sale\" }\n" + agent + sales,
      ["4:28: error: there is no queue 'sale'; did you mean 'sales'?"]
    ),
    (
      queue + "longest_line = 5\n[queues.overflow]\nfull = \"queue:support\"\n" + one,
      ["5:15: error: full: queue 'support' cannot be its own overflow"]
    ),
    (
      queue + "longest_line = 5\noverflow = { full = \"agent:1002\" }\n" + one,
      ["4:28: error: there is no agent '1002'; did you mean '1001'?"]
    ),
    (
      queue + "longest_wait_seconds = 5\noverflow = { long_wait = \"number:03-12\" }\n" + one,
      ["4:34: error: long_wait: '03-12' is not a telephone number"]
    ),
    (
      queue
        + "longest_wait_seconds = 5\noverflow = { long_wait = \"number:0570-000-123\" }\n[dialing]\ntrunk = \"able\"\n"
        + one,
      [
        "4:34: error: long_wait: '0570-000-123': numbers of the class 'navi' are closed by the dial plan: ask an administrator to open the class ([dialing] open)"
      ]
    ),
    (
      queue + "longest_wait_seconds = 5\noverflow = { long_wait = \"number:03-1234-5678\" }\n" + one,
      [
        "4:34: error: long_wait: '03-1234-5678': there is no trunk by which calls go out: ask an administrator to name one in the dial plan"
      ]
    ),
    (
      queue + "longest_wait_seconds = 5\noverflow = { long_wait = \"number:119\" }\n[dialing]\ntrunk = \"able\"\n"
        + one,
      ["4:34: error: long_wait: '119' is for emergencies, and no place for callers to overflow to"]
    ),
    (
      queue
        + "longest_wait_seconds = 5\noverflow = { long_wait = \"number:03-1234-5678\" }\n[dialing]\ntrunk = \"able\"\n"
        + one, []
    ),
    (
      queue + "stay_needs = \"ready\"\noverflow = { nobody = \"announcement:none.wav\" }\n" + one,
      ["4:37: error: nobody: '/nowhere/none.wav' cannot be read: there is no such file"]
    ),
    (
      queue + "overflow = { ful = \"queue:sales\" }\n" + agent + sales,
      ["3:14: error: [queues.overflow] knows no key 'ful'; did you mean 'full'?"]
    ),
    (
      queue + "overflow = { full = \"agent:1001\", nobody = \"agent:1001\", long_wait = \"agent:1001\" }\n" + one,
      [
        "3:14: warning: full never happens without longest_line",
        "3:35: warning: nobody never happens without join_needs or stay_needs",
        "3:58: warning: long_wait never happens without longest_wait_seconds",
      ]
    ),
    (
      queue + "longest_line = 5\noverflow = { full = \"queue:sales\" }\n" + agent + sales
        + "longest_line = 5\noverflow = { full = \"queue:support\" }\n",
      [
        "4:12: warning: callers overflow in a circle, support → sales → support: whoever has been everywhere is given up"
      ]
    ),
    // Memberships and skills
    (
      queue + sales + "[[agents]]\nid = \"1\"\nqueues = { support = \"1\", sales = { levl = 2, weight = 0 } }\n",
      [
        "2:1: warning: queue 'support' has no agents: its callers wait in vain",
        "7:22: error: support must be her level or a table such as { level = 1, position = 2 }, not text",
        "7:37: error: [agents.queues.sales] knows no key 'levl'; did you mean 'level'?",
        "7:56: error: weight must be from 1 to 1000, not 0",
      ]
    ),
    (
      queue + "[[agents]]\nid = \"1\"\nqueues = { support = { paused = true } }\n",
      [
        "2:1: warning: everybody who serves queue 'support' is paused in it: its callers wait in vain",
        "5:1: warning: agent '1' is paused in each of her queues: no call comes to her",
      ]
    ),
    (
      queue + one + "skills = { english = 101, \"a b\" = 1, and = 2 }\n",
      [
        "6:22: error: english must be from 0 to 100, not 101",
        "6:27: error: 'a b' cannot be a skill: 1 to 64 letters and digits, '-', '_' and '.', and neither 'and' nor 'or'",
        "6:38: error: 'and' cannot be a skill: 1 to 64 letters and digits, '-', '_' and '.', and neither 'and' nor 'or'",
      ]
    ),
    (queue + one + "capacity = 0\n", ["6:12: error: capacity must be from 1 to 10, not 0"]),
    // Reasons and dispositions
    (
      queue + one + "[[reasons]]\nid = \"lunch\"\nlongest_minutes = 0\n[[reasons]]\nid = \"lunch\"\npayd = true\n",
      [
        "8:19: error: longest_minutes must be from 1 to 1440, not 0",
        "10:6: error: [[reasons]] 'lunch' stands here twice, first on line 7",
        "11:1: error: [[reasons]] knows no key 'payd'; did you mean 'paid'?",
      ]
    ),
    (
      queue + one + "[[reasons]]\nid = \"training\"\npaid = false\ncounts_as_work = true\n",
      ["9:1: warning: 'training' counts as work, and is not paid"]
    ),
    (
      queue + one + "[[dispositions]]\nid = \"sold\"\nqueues = [\"suport\"]\n",
      ["8:11: error: there is no queue 'suport'; did you mean 'support'?"]
    ),
    (
      queue + "wrap_up = \"until_disposition\"\n" + agent + sales
        + "[[dispositions]]\nid = \"sold\"\nqueues = [\"sales\"]\n",
      ["3:1: warning: wrap_up ends with a disposition, and there are no [[dispositions]] for 'support'"]
    ),
    (
      queue + "wrap_up = \"until_disposition\"\n" + one
        + "[[dispositions]]\nid = \"sold\"\n[distribution.direct]\nwrap_up = \"until_disposition\"\n",
      []
    ),
    (
      queue + one + "[distribution.direct]\nwrap_up = \"until_disposition\"\n",
      ["7:1: warning: wrap_up ends with a disposition, and there are no [[dispositions]] for 'direct'"]
    ),
    // [distribution]
    (
      "[distribution]\ncounter_window = \"week\"\n",
      ["2:18: error: counter_window cannot be 'week': one of 'shift', 'day'"]
    ),
    ("[distribution]\ncounter_window = 59\n", ["2:18: error: counter_window must be from 60 to 604800, not 59"]),
    (
      "[distribution]\ncounter_window = true\n",
      ["2:18: error: counter_window must be 'shift', 'day' or a number of seconds, not true or false"]
    ),
    (
      "[distribution]\nday_ends = \"24:00\"\n",
      ["2:12: error: day_ends must be a quarter of an hour from '00:00' to '23:45', not '24:00'"]
    ),
    (
      "[distribution]\nday_ends = \"05:10\"\n",
      ["2:12: error: day_ends must be a quarter of an hour from '00:00' to '23:45', not '05:10'"]
    ),
    (
      "[distribution]\nday_ends = \"+3:00\"\n",
      ["2:12: error: day_ends must be a quarter of an hour from '00:00' to '23:45', not '+3:00'"]
    ),
    ("[figures]\nfirst_contact_days = 91\n", ["2:22: error: first_contact_days must be from 1 to 90, not 91"]),
    ("[figures]\nfirst_contact_days = 0\n", ["2:22: error: first_contact_days must be from 1 to 90, not 0"]),
    (
      "[distribution]\naging_per_minute = 10001\n", ["2:20: error: aging_per_minute must be from 0 to 10000, not 10001"]
    ),
    (
      "[distribution]\nkeep_decisions_hours = -1\n", ["2:24: error: keep_decisions_hours must be from 0 to 720, not -1"]
    ),
  ]

  private static let trunk =
    "\n[[trunks]]\nid = \"able\"\naddresses = [\"192.0.2.1\"]\nemergency = true\ncaller_number = \"03-1234-5678\"\n"
  private static let quiet =
    "\n[[entries]]\ncalled = \"*\"\nreject = 480\n[[control.roles]]\nrole = \"administrator\"\nuser = \"root\"\n"

  @Test(arguments: cases)
  func `each is told with its place, what is wrong and what was meant`(text: String, expected: [String]) {
    #expect(faults(text + Self.trunk + Self.quiet) == expected)
  }
}
