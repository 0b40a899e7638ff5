using System.Text;
using ScriptedSip.Sip.Messages;

namespace ScriptedSip.Modules.Dialog;

/// <summary>A profile, and the value a call has in it; empty for none.</summary>
internal readonly record struct ProfileEntry(Utf8Text Name, Utf8Text Value);

/// <summary>Counts the calls in profiles: of a profile as a whole, and of each value in it.</summary>
internal sealed class Profiles
{
    private readonly Dictionary<ProfileEntry, int> _sizes = [];
    private readonly Dictionary<Utf8Text, bool> _hasValue = [];

    /// <summary>Declares the profiles of a list "a;b"; what stands behind a slash is about sharing between servers.</summary>
    public void Declare(string list, bool hasValue)
    {
        foreach (var name in list.Split([';', ' '], StringSplitOptions.RemoveEmptyEntries))
            _hasValue[new Utf8Text(Encoding.UTF8.GetBytes(name.Split('/')[0]))] = hasValue;
    }

    /// <summary>True for a declared profile that is asked for as it was declared, with a value or without.</summary>
    public bool Takes(Utf8Text name, Utf8Text value) => _hasValue.TryGetValue(name, out var hasValue) && hasValue == !value.IsEmpty;

    public bool IsDeclared(Utf8Text name) => _hasValue.ContainsKey(name);

    public int SizeOf(Utf8Text name, Utf8Text value)
    {
        lock (_sizes)
            return _sizes.GetValueOrDefault(new ProfileEntry(name, value));
    }

    /// <summary>Puts a call into a profile once.</summary>
    public void Add(Call call, Utf8Text name, Utf8Text value)
    {
        lock (_sizes)
        {
            if (call.State == DialogState.Ended || call.Memberships.Contains(new ProfileEntry(name, value)))
                return;
            var entry = new ProfileEntry(Utf8Text.CopyOf(name.Span), value.IsEmpty ? default : Utf8Text.CopyOf(value.Span));
            call.Memberships.Add(entry);
            call.IsChanged = true;
            Count(entry, 1);
        }
    }

    public bool Remove(Call call, Utf8Text name, Utf8Text value)
    {
        lock (_sizes)
        {
            var entry = new ProfileEntry(name, value);
            if (!call.Memberships.Remove(entry))
                return false;
            call.IsChanged = true;
            Count(entry, -1);
            return true;
        }
    }

    /// <summary>The profiles a call is in.</summary>
    public ProfileEntry[] Of(Call call)
    {
        lock (_sizes)
            return [.. call.Memberships];
    }

    /// <summary>True when the call is in the profile; without a value, with whichever.</summary>
    public bool Contains(Call call, Utf8Text name, Utf8Text value)
    {
        lock (_sizes)
        {
            foreach (var entry in call.Memberships)
            {
                if (entry.Name == name && (value.IsEmpty || entry.Value == value))
                    return true;
            }
        }
        return false;
    }

    /// <summary>Marks a call as over and takes it out of everything; false when it was over.</summary>
    public bool End(Call call)
    {
        lock (_sizes)
        {
            if (call.State == DialogState.Ended)
                return false;
            call.State = DialogState.Ended;
            foreach (var entry in call.Memberships)
                Count(entry, -1);
            call.Memberships.Clear();
            return true;
        }
    }

    private void Count(ProfileEntry entry, int by)
    {
        Change(entry, by);
        if (!entry.Value.IsEmpty)
            Change(entry with { Value = default }, by);
    }

    private void Change(ProfileEntry entry, int by)
    {
        var size = _sizes.GetValueOrDefault(entry) + by;
        if (size > 0)
            _sizes[entry] = size;
        else
            _sizes.Remove(entry);
    }
}
