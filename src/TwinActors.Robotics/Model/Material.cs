namespace TwinActors.Robotics.Model;

/// <summary>Appearance of a visual body.</summary>
/// <param name="Name">Name within the model; empty for a nameless material of one visual.</param>
/// <param name="Colour">Colour, or <see langword="null"/> when the model gives none.</param>
/// <param name="Texture">Reference to an image as written, or <see langword="null"/>.</param>
public sealed record Material(string Name, Colour? Colour, string? Texture);

/// <summary>Colour with opacity, every part in [0, 1].</summary>
/// <param name="Red">Red part [1].</param>
/// <param name="Green">Green part [1].</param>
/// <param name="Blue">Blue part [1].</param>
/// <param name="Alpha">Opacity [1]: 0 invisible, 1 opaque.</param>
public readonly record struct Colour(double Red, double Green, double Blue, double Alpha);
