using ScriptedSip.Data;

namespace ScriptedSip.Server.Tables;

/// <summary>What the program does with databases beside serving: make and verify the tables, keep the users, list the calls.</summary>
internal static class TableCommands
{
    public static int Run(string[] words, TextReader input, TextWriter output, TextWriter errors)
    {
        using var databases = new Databases(new Dictionary<string, string>());
        try
        {
            switch (words)
            {
                case ["db", "init", var url]:
                    return Init(databases.Open(url), output);
                case ["db", "check", var url]:
                    return Check(databases.Open(url), output);
                case ["user", "list", var url]:
                    return UserTable.List(databases.Open(url), output);
                case ["user", "add" or "passwd" or "rm", var url, var name, .. var options] when options is [] or ["--plain"]:
                    return UserTable.Change(databases.Open(url), words[1], name, options.Length > 0, input, output, errors);
                case ["cdr", var url, .. var options]:
                    return ListCalls(databases.Open(url), options, output, errors);
            }
        }
        catch (DatabaseException e)
        {
            errors.WriteLine($"scriptedsip: {e.Message}");
            return Commands.ScriptMistakes;
        }
        errors.WriteLine($"scriptedsip: cannot understand \"{string.Join(' ', words.Take(2))} …\"\nTry --help");
        return Commands.WrongUsage;
    }

    private static int Init(Database database, TextWriter output)
    {
        var missing = StandardSchema.Tables.Where(t => database.ColumnsOf(t.Name) is null).ToList();
        foreach (var table in missing)
            database.Ensure(table);
        // A table that was there already may be of another version; whoever made it has written that down.
        database.Apply([.. missing.Select(t => new Change(Version, [t.Name, (long)t.Version]))]);
        output.WriteLine($"{database.Url}: {StandardSchema.Tables.Count} tables are there");
        return Commands.Done;
    }

    private static int Check(Database database, TextWriter output)
    {
        // To open a SQLite file is to make it.
        if (database.Url is { Scheme: "sqlite", Name: var file } && !File.Exists(file))
        {
            output.WriteLine($"{database.Url}: there is no such file; \"scriptedsip db init\" makes it");
            return Commands.ScriptMistakes;
        }
        var faults = 0;
        foreach (var table in StandardSchema.Tables)
        {
            var known = database.ColumnsOf(table.Name);
            var missing = known is null ? [] : table.Columns.Select(c => c.Name).Except(known).ToList();
            if (known is not null && missing.Count == 0)
                continue;
            faults++;
            output.WriteLine(known is null ? $"{table.Name}: there is no such table" : $"{table.Name}: no column {string.Join(", ", missing)}");
        }
        if (faults == 0)
            output.WriteLine($"{database.Url}: ok");
        return faults == 0 ? Commands.Done : Commands.ScriptMistakes;
    }

    private static int ListCalls(Database database, string[] options, TextWriter output, TextWriter errors)
    {
        var (table, format) = ("acc", "text");
        for (var i = 0; i < options.Length; i += 2)
        {
            if (i + 1 < options.Length && options[i] == "--table")
                table = options[i + 1];
            else if (i + 1 < options.Length && options[i] == "--format" && options[i + 1] is "text" or "csv" or "json")
                format = options[i + 1];
            else
            {
                errors.WriteLine($"scriptedsip: cannot understand {options[i]} of cdr\nTry --help");
                return Commands.WrongUsage;
            }
        }
        CallRecords.Write(CallRecords.Read(database, table), format, output);
        return Commands.Done;
    }

    private static readonly ChangeShape Version = new(ChangeKind.Upsert, "version", ["table_name", "table_version"], 1);
}
