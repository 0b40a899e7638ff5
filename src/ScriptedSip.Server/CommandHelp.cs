namespace ScriptedSip.Server;

/// <summary>What --help prints.</summary>
internal static class CommandHelp
{
    public const string Text = """
        Usage: scriptedsip [OPTIONS] FILE      run the routing script FILE
               scriptedsip check FILE...       look for mistakes in scripts, open no socket
               scriptedsip fmt FILE...         lay scripts out in one style
               scriptedsip ast FILE            print how it is understood
               scriptedsip functions           print all script functions
               scriptedsip modules             print what is done of each module, and what is not
               scriptedsip diagnostics         print all findings a check can have
               scriptedsip ctl COMMAND...      tell a running program: version, ps, stats, reload, ul show, ...; ctl help lists all
               scriptedsip reload              the same as ctl reload: exchange the script of a running program
               scriptedsip explain NAME        say what a function, variable, parameter, module, transformation or finding is
               scriptedsip db init|check URL   make the standard tables of a database, or see whether they are there
               scriptedsip user add|passwd|rm URL USER@DOMAIN [--plain]
                                               the users of auth_db; a password is read from standard input
               scriptedsip user list URL       their names
               scriptedsip cdr URL [--table NAME] [--format text|csv|json]
                                               calls with their duration, from the records of acc

          -f FILE        the script, as an option
          -c             the same as check
          -l ADDRESS     listen here instead of where the script says; may be repeated
                         [udp:|tcp:]HOST[:PORT][/ADVERTISED[:PORT]]
          -d             one more level of log messages; may be repeated
          -e             colours even when the output is not a terminal
          -A NAME[=VAL]  define NAME for #!ifdef and the like
          --db-url SCHEME=URL
                         take URL wherever the script has a database URL with SCHEME; may be repeated
          --ctl PATH     the control socket is there; none with --ctl ""
          --watch        read the script again whenever one of its files changes
          --dialect NAME read the script as ser, openser, kamailio or opensips instead of letting it tell
          --output FORM  with check: text, json or sarif
          --strict       with check: warnings fail, too
          --check        with fmt: write nothing, name the files that would change
          -P FILE        write the process id to FILE
          -w DIR         change to DIR once the script has been read
          -D, -E         accepted: the program stays in the foreground and writes to standard error
          -v, --version  print the version
          -h, --help     print this

        Signals: SIGTERM and SIGINT end the program; SIGHUP reads the script again; SIGUSR1 prints a status report: transactions alive, connections,
        buffers held, heap in bytes after a full collection, and what has been counted since the start.

        Exit codes: 0 done, 1 mistakes in the script or a name nobody knows, 2 mistakes in this command, 3 an address cannot be used.
        """;
}
