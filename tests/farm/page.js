// SPDX-License-Identifier: GPL-2.0
// What a browser has made of the farm's page: page.sh appends this to a copy of it,
// and the page around it gets the answer.
'use strict';

const errors = [];
window.onerror = (message) => errors.push(message);

const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const text = (element) => element ? element.textContent.replace(/\s+/g, ' ').trim() : '';

// Text or pictures beyond the window, or beyond a box that does not scroll
function overflowing() {
	return all('body *').filter((element) => {
		const box = element.getBoundingClientRect();
		const scrolls = element.closest('.scroll');

		if (!box.width || element.matches('.scroll, script, small, .figures td:first-child, .figures th:first-child'))
			return false;
		return (!scrolls && (box.right > innerWidth + 1 || box.left < -1)) ||
			(getComputedStyle(element).display !== 'inline' &&
			 element.scrollWidth > element.clientWidth + 1 && element.tagName !== 'TR');
	}).map((element) => element.tagName + ' ' + text(element).slice(0, 40));
}

// Luminance as WCAG 2 has it, of "rgb(r, g, b)"
function luminance(colour) {
	const [r, g, b] = colour.match(/[\d.]+/g).map((part) => {
		part /= 255;
		return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
	});

	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function background(element) {
	for (; element; element = element.parentElement) {
		const colour = getComputedStyle(element).backgroundColor;

		if (colour !== 'rgba(0, 0, 0, 0)')
			return colour;
	}
	return 'rgb(255, 255, 255)';
}

function faint() {
	return all('h1, h2, h3, p, td, th, li, figcaption, small, span').filter((element) => {
		const a = luminance(getComputedStyle(element).color);
		const b = luminance(background(element));

		return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5;
	}).map(text);
}

function tables() {
	return all('table.figures').map((table) => ({
		scenario: text(all('h2').filter((heading) =>
			heading.compareDocumentPosition(table) & Node.DOCUMENT_POSITION_FOLLOWING).pop()),
		heading: text(table.parentElement.previousElementSibling),
		modes: all('th', table).slice(1).map(text),
		rows: all('tr', table).slice(1).map((row) => all('td', row).map(text)),
		best: all('tr', table).slice(1).map((row) => all('td', row).map((cell) => cell.matches('.best'))),
	}));
}

const overlap = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2 &&
	Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4;

// Lines of three points and more that go back instead of on to the right
const turning = (svg) => all('path', svg).filter((path) => !path.closest('defs')).flatMap((path) => path.getAttribute('d').split('M').slice(1))
	.map((line) => line.split('L').map(parseFloat))
	.filter((xs) => xs.length > 2 && xs.some((x, i) => x < xs[i - 1])).length;

// Where things are that are filled in a colour
const filled = (svg, colour) => all('path, polygon, rect', svg)
	.filter((shape) => getComputedStyle(shape).fill === colour)
	.map((shape) => shape.getBoundingClientRect());
const widths = (svg, colour) => filled(svg, colour).map((box) => box.width);
const highest = (svg, colour) => Math.min(...filled(svg, colour).map((box) => box.top));

// The picture in its own size, at the corner of the page, to measure what is in it
function picture(image) {
	const shown = image.getBoundingClientRect();
	const box = document.createElement('div');

	box.style = 'position: absolute; left: 0; top: 0; overflow: visible';
	box.innerHTML = atob(image.src.replace('data:image/svg+xml;base64,', ''))
		.replace(/[\x80-\xff]+/g, (bytes) => decodeURIComponent(escape(bytes)));
	document.body.append(box);
	const svg = box.querySelector('svg');
	const size = svg.viewBox.baseVal;
	svg.style = `width: ${size.width}px; height: ${size.height}px`;
	const texts = all('text', svg).filter(text).map((element) =>
		({ text: text(element), box: element.getBoundingClientRect() }));
	const edge = svg.getBoundingClientRect();
	const answer = {
		caption: text(image.closest('figure').querySelector('figcaption')),
		loaded: image.complete && image.naturalWidth > 0,
		width: shown.width, height: shown.height,
		texts: texts.map((t) => t.text),
		overlaps: texts.flatMap((a, i) => texts.slice(i + 1).filter((b) => overlap(a.box, b.box))
			.map((b) => `${a.text} / ${b.text}`)),
		cut: texts.filter((t) => t.box.left < edge.left || t.box.right > edge.right + 1 ||
			t.box.top < edge.top - 1 || t.box.bottom > edge.bottom + 1).map((t) => t.text),
		smallest: Math.min(...all('text', svg).filter(text).map((element) =>
			parseFloat(getComputedStyle(element).fontSize))) * shown.width / size.width,
		shapes: new Set(all('use', svg).map((use) => use.getAttribute('xlink:href'))).size,
		turning: turning(svg),
		bars: widths(svg, 'rgb(86, 180, 233)'),
		stable: Math.max(0, ...widths(svg, 'rgb(0, 114, 178)')),
		rest: Math.max(0, ...widths(svg, 'rgb(153, 153, 153)')),
		tops: [highest(svg, 'rgb(153, 153, 153)'), highest(svg, 'rgb(86, 180, 233)')],
	};
	box.remove();
	return answer;
}

function probe() {
	return {
		innerWidth, scrollWidth: document.documentElement.scrollWidth,
		hacked: 'hacked' in window, scripts: document.scripts.length,
		title: document.title, body: text(document.body),
		headings: all('h2').map(text), headings3: all('h3').map(text),
		overflowing: overflowing(), faint: faint(), tables: tables(),
		foreign: all('[src], [href]').map((e) => e.getAttribute('src') || e.getAttribute('href'))
			.filter((target) => !/^(#|data:)/.test(target)),
		broken: all('a').map((link) => link.getAttribute('href'))
			.filter((target) => !document.getElementById(target.slice(1))),
		duplicates: all('[id]').map((e) => e.id).filter((id, i, ids) => ids.indexOf(id) !== i),
		unnamed: all('img:not([alt]), img[alt=""]').length,
		pictures: all('img').map(picture),
		errors,
	};
}

window.onload = () => {
	let answer;

	try {
		answer = probe();
	} catch (error) {
		answer = { errors: [String(error)] };
	}
	parent.postMessage(btoa(unescape(encodeURIComponent(JSON.stringify(answer)))), "*");
};
