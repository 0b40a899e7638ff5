namespace ScriptedSip.Modules.UsrLoc;

/// <summary>Where bindings live (parameter <c>db_mode</c>).</summary>
internal enum LocationMode
{
    /// <summary>In memory alone.</summary>
    Memory = 0,

    /// <summary>In memory; a REGISTER is answered once the database has what it changed.</summary>
    WriteThrough = 1,

    /// <summary>In memory; the database has changes a moment later.</summary>
    WriteBack = 2,

    /// <summary>In the database, which is asked each time; memory serves only while the database cannot be reached.</summary>
    DatabaseOnly = 3,
}
