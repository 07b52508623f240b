/** What a reader of text gives when the text is not valid: `what is wrong; expected what`. */
export class Wrong {
	readonly text: string;

	constructor(text: string) {
		this.text = text;
	}
}
