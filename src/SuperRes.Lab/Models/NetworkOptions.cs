using System.Text.Json.Serialization;

namespace SuperRes.Lab.Models;

/// <summary>
/// What a network is built from: the "model" section of experiment files and of weights files. Each network has a record of its own, which
/// holds its ranges and defaults; the key "body" says which it is. Equal options give equal networks, name by name.
/// </summary>
[JsonConverter(typeof(NetworkOptionsConverter))]
public abstract record NetworkOptions
{
    /// <summary>Creates options of a network.</summary>
    /// <param name="body">A name that the network is registered by.</param>
    protected NetworkOptions(string body) => Body = body;

    /// <summary>The name of the network, as it is registered (<see cref="NetworkRegistry"/>).</summary>
    [JsonPropertyOrder(-1)]
    public string Body { get; init; }

    /// <summary>The pretrained weights that the network can start from.</summary>
    /// <returns>Their name, and whether they fit; null (default) where it always starts from random ones.</returns>
    public virtual PretrainedStart? StartsFrom() => null;

    /// <summary>
    /// How many times smaller than the picture the maps of the deepest batch norm are that takes the batch's statistics.
    /// </summary>
    /// <returns>0 (default): the network has none.</returns>
    public virtual int BatchNormReduction() => 0;

    /// <summary>The options with defaults filled in and without those that change no weight's name or shape: equal where weights fit.
    /// Default: these.</summary>
    [JsonIgnore]
    internal virtual NetworkOptions Compared => this;

    /// <summary>The network in a few words, for tables. Default: its name.</summary>
    /// <returns>Such as "U-Net on a resnet34".</returns>
    public virtual string Describe() => Body;

    /// <summary>Checks every value.</summary>
    /// <param name="where">What to name in the message, such as the file and JSON path of the options.</param>
    /// <exception cref="InputException">A value is outside its range, or no network is registered by this name.</exception>
    public void Validate(string where = "model")
    {
        _ = NetworkRegistry.Get(this, where);
        OptionRanges.Validate(this, where);
        Check(where);
    }

    /// <summary>
    /// Checks what no <see cref="System.ComponentModel.DataAnnotations.RangeAttribute"/> says; each fault is an
    /// <see cref="InputException"/>, as <see cref="Require"/> throws it. Options that can't be wrong need not say so.
    /// </summary>
    /// <param name="where">What to name in the message.</param>
    protected virtual void Check(string where)
    {
        // Nothing more than the attributes say.
    }

    /// <summary>Refuses a value.</summary>
    /// <param name="holds">Whether the value is in its range.</param>
    /// <param name="fault">
    /// What is wrong and what to do, one sentence that begins with the value's place: "model.width is 9; use …".
    /// </param>
    /// <exception cref="InputException">It is not.</exception>
    protected static void Require(bool holds, string fault)
    {
        if (!holds)
        {
            throw new InputException(fault);
        }
    }
}
